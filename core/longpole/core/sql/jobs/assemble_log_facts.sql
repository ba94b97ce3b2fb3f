-- What log records say of model calls of whole traces; of a very large one only a part.
SELECT
    Project, TraceId, SpanId, Timestamp, Id, Provider, Model, InputTokens, OutputTokens,
    CacheReadTokens, CacheWriteTokens, ReasoningTokens, TotalTokens, ReportedCostUsd, Streaming,
    TtftS, AgentName, SessionId, UserId, ErrorType, ResponseId
FROM log_facts
WHERE
    Timestamp >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Timestamp <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND TraceId IN {ids:Array(String)}
ORDER BY TraceId, SpanId, Timestamp, Project, Id
LIMIT {per_trace:UInt64} BY Project, TraceId
