-- Values that occur in a time range, the most frequent first.
SELECT Pair.1 AS Facet, Pair.2 AS Value, count() AS Runs
FROM (
    SELECT arrayJoin(arrayDistinct(arrayConcat(
        arrayMap(value -> ('service', toString(value)), Services),
        arrayMap(value -> ('agent', toString(value)), Agents),
        arrayMap(value -> ('model', toString(value)), Models),
        [('release', toString(Release))]
    ))) AS Pair
    FROM traces
    WHERE Project = {project:String} AND IsDeleted = 0
        AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
        AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
)
WHERE Value != ''
GROUP BY Facet, Value
ORDER BY Facet, Runs DESC, Value
LIMIT 200 BY Facet
