-- How much there is of each trace.
SELECT Project, TraceId, count() AS RawSpans, max(IngestedAt) AS LastIngestedAt
FROM spans
WHERE
    Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND TraceId IN {ids:Array(String)}
GROUP BY Project, TraceId
