-- The next traces of a day to price anew, in the order of their key.
SELECT Project, TraceId, toUnixTimestamp64Nano(Start) AS StartNs, Spans
FROM traces FINAL
WHERE
    IsDeleted = 0
    AND ({project:String} = '' OR Project = {project:String})
    AND Start >= fromUnixTimestamp64Nano({since_ns:Int64})
    AND toDate(Start) = {day:Date}
    AND (
        Project > {after_project:String}
        OR (Project = {after_project:String} AND Start > fromUnixTimestamp64Nano({after_ns:Int64}))
        OR (
            Project = {after_project:String}
            AND Start = fromUnixTimestamp64Nano({after_ns:Int64})
            AND TraceId > {after_trace:String}
        )
    )
ORDER BY Project, Start, TraceId
LIMIT {limit:UInt64}
