-- The spans of assembled traces with all that a replay reads. The process is only in the raw span,
-- and empty where that has expired.
WITH
    (
        SELECT (min(Start), max(Start)) FROM span_facts
        WHERE Project = {project:String} AND TraceId IN {traces:Array(String)}
    ) AS seen,
    sent AS (
        SELECT TraceId, SpanId, any(s.Process) AS Process
        FROM spans AS s
        WHERE Project = {project:String} AND TraceId IN {traces:Array(String)}
            AND Start BETWEEN seen.1 AND seen.2
        GROUP BY TraceId, SpanId
    )
SELECT facts.*, sent.Process AS Process
FROM (
    SELECT
        TraceId, SpanId, ParentSpanId, Start, toUnixTimestamp64Nano(Start) AS StartNs, DurationNs,
        SpanKind, Service, Agent, Step, Kind, Name, ToolName, Provider, Model, ServiceTier, IsError,
        InputTokens, OutputTokens, CacheReadTokens, CacheWriteTokens, Counted, CostUsd, TtftS,
        QueueS, PrefillS, Flags, COLUMNS('^After(SpanIds|Evidence)$')
    FROM span_facts FINAL
    WHERE Project = {project:String} AND TraceId IN {traces:Array(String)}
) AS facts
LEFT JOIN sent ON facts.TraceId = sent.TraceId AND facts.SpanId = sent.SpanId
