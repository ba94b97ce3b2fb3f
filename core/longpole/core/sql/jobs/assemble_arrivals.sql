-- What arrived since, oldest first: all of the stretch read again, and a bounded number of newer.
-- Ids are made text as spans_mv makes them. Spans counts log records too, so that more of either is
-- seen; where there are logs only, nothing is known of when the spans start.
SELECT
    Project,
    toValidUTF8(TraceId) AS TraceId,
    toUnixTimestamp64Milli(IngestedAt) AS ArrivedMs,
    if(sum(trace_arrivals.Spans) = 0, NULL,
        toUnixTimestamp64Nano(minIf(MinStart, trace_arrivals.Spans > 0))) AS FromNs,
    if(sum(trace_arrivals.Spans) = 0, NULL,
        toUnixTimestamp64Nano(maxIf(MaxStart, trace_arrivals.Spans > 0))) AS ToNs,
    sum(trace_arrivals.Spans + Logs) AS Spans,
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
        if(sum(trace_arrivals.Spans) = 0, NULL,
            toUnixTimestamp64Nano(minIf(MinStart, trace_arrivals.Spans > 0))) AS FromNs,
        if(sum(trace_arrivals.Spans) = 0, NULL,
            toUnixTimestamp64Nano(maxIf(MaxStart, trace_arrivals.Spans > 0))) AS ToNs,
        sum(trace_arrivals.Spans + Logs) AS Spans,
        toUnixTimestamp64Milli(now64(3)) AS NowMs
    FROM trace_arrivals
    WHERE IngestedAt > fromUnixTimestamp64Milli({mark_ms:Int64})
    GROUP BY Project, TraceId, IngestedAt
    ORDER BY IngestedAt, Project, TraceId
    LIMIT {limit:UInt64}
)
