-- The keys of the claims these traces have already.
SELECT Project, Start, TraceId, SpanId
FROM usage_claims FINAL
WHERE
    Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND TraceId IN {ids:Array(String)}
    AND IsDeleted = 0
