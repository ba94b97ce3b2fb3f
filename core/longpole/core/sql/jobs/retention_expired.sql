-- Parts of a table that hold rows which their projects keep no longer: first_days says for each
-- project the first day that it keeps, in days since 1970.
SELECT
    _partition_id AS PartitionId,
    _part AS Part,
    count() AS Rows,
    countIf(
        toUInt16(toDate({time:Identifier}))
        < transform(Project, {projects:Array(String)}, {first_days:Array(UInt16)}, 0)
    ) AS Expired
FROM {table:Identifier}
WHERE _partition_id <= {last:String}
GROUP BY PartitionId, Part
HAVING Expired > 0
ORDER BY PartitionId, Part
