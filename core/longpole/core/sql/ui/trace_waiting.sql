-- What has arrived of a trace that is not assembled yet.
WITH (
    SELECT (min(Start), max(End)) FROM otel_traces_trace_id_ts WHERE TraceId = {trace:String}
) AS seen
SELECT
    uniqExact(SpanId) AS Spans,
    toUnixTimestamp64Milli(max(IngestedAt)) AS LastMs,
    toUnixTimestamp64Milli(now64(3)) AS NowMs
FROM otel_traces
WHERE Project = {project:String}
    AND TraceId = {trace:String}
    AND Timestamp BETWEEN seen.1 AND toDateTime64(seen.2, 0) + 1
