-- The times all spans of these traces start in, also of those that came long ago.
SELECT
    TraceId,
    toInt64(toUnixTimestamp(min(Start))) AS FirstS,
    toInt64(toUnixTimestamp(max(End))) AS LastS
FROM otel_traces_trace_id_ts
WHERE TraceId IN {ids:Array(String)}
GROUP BY TraceId
