-- Values to choose from that the roots of a time range have, the most frequent first.
SELECT Pair.1 AS Facet, Pair.2 AS Value, count() AS Traces
FROM (
    SELECT arrayJoin([
        ('root_name', toString(RootName)), ('service', toString(Service)),
        ('release', toString(Release)), ('environment', toString(Environment)),
        ('workflow', toString(Workflow))
    ]) AS Pair
    FROM path_sections
    WHERE Project = {project:String} AND IsDeleted = 0
        AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
        AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
)
WHERE Value != ''
GROUP BY Facet, Value
ORDER BY Facet, Traces DESC, Value
LIMIT 200 BY Facet
