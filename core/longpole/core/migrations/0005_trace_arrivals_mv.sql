CREATE MATERIALIZED VIEW trace_arrivals_mv TO trace_arrivals AS
SELECT
    Project,
    IngestedAt,
    TraceId,
    min(Timestamp) AS MinStart,
    max(Timestamp) AS MaxStart,
    toUInt32(count()) AS Spans
FROM otel_traces
GROUP BY Project, IngestedAt, TraceId
