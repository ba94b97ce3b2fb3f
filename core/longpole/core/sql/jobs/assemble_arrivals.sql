-- What arrived since, oldest first: all of the stretch read again, and a bounded number of newer.
-- Ids are made text as spans_mv makes them.
SELECT
    Project,
    toValidUTF8(TraceId) AS TraceId,
    toUnixTimestamp64Milli(IngestedAt) AS ArrivedMs,
    toUnixTimestamp64Nano(min(MinStart)) AS FromNs,
    toUnixTimestamp64Nano(max(MaxStart)) AS ToNs,
    sum(Spans) AS Spans,
    toUnixTimestamp64Milli(now64(3)) AS NowMs
FROM trace_arrivals
WHERE
    IngestedAt >= fromUnixTimestamp64Milli({since_ms:Int64})
    AND IngestedAt <= fromUnixTimestamp64Milli({mark_ms:Int64})
GROUP BY Project, TraceId, IngestedAt
UNION ALL
SELECT * FROM (
    SELECT
        Project,
        toValidUTF8(TraceId) AS TraceId,
        toUnixTimestamp64Milli(IngestedAt) AS ArrivedMs,
        toUnixTimestamp64Nano(min(MinStart)) AS FromNs,
        toUnixTimestamp64Nano(max(MaxStart)) AS ToNs,
        sum(Spans) AS Spans,
        toUnixTimestamp64Milli(now64(3)) AS NowMs
    FROM trace_arrivals
    WHERE IngestedAt > fromUnixTimestamp64Milli({mark_ms:Int64})
    GROUP BY Project, TraceId, IngestedAt
    ORDER BY IngestedAt, Project, TraceId
    LIMIT {limit:UInt64}
)
