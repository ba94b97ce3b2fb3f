-- The rows these traces have already.
SELECT Project, TraceId, Start, RawSpans, LogFacts, LastIngestedAt
FROM traces FINAL
WHERE
    Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND TraceId IN {ids:Array(String)}
    AND IsDeleted = 0
