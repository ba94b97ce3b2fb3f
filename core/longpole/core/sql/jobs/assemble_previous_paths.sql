-- The keys of the paths these traces have already.
SELECT Project, RootName, Start, TraceId, RootSpanId
FROM path_sections FINAL
WHERE
    Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND TraceId IN {ids:Array(String)}
    AND IsDeleted = 0
