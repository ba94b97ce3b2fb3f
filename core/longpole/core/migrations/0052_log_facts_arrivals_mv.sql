CREATE MATERIALIZED VIEW log_facts_arrivals_mv TO trace_arrivals AS
SELECT
    Project,
    IngestedAt,
    TraceId,
    min(Timestamp) AS MinStart,
    max(Timestamp) AS MaxStart,
    toUInt32(0) AS Spans,
    toUInt32(count()) AS Logs
FROM log_facts
GROUP BY Project, IngestedAt, TraceId
