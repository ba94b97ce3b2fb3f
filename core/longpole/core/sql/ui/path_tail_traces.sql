-- How many traces each stratum and group of path_tail.sql has, and how long they took.
SELECT
    toString(RootName) AS RootName,
    replaceRegexpAll(VariantText, '[()+]', '') AS Shape,
    toUInt32(cityHash64(TraceId) % {groups:UInt32}) AS Draw,
    count() AS Traces, sum(toInt64(DurationNs)) AS SumNs
FROM ($selected)
GROUP BY RootName, Shape, Draw
