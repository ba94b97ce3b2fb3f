-- The spans of whole traces; of a very large one only its earliest rows.
SELECT
    Project, Service, Environment, Release, Process, Kind, Dialect, Operation, Step, Name, SpanKind,
    Start, DurationNs, TraceId, SpanId, ParentSpanId, LinkedSpanIds, IsError, EndsBeforeStart, ErrorType,
    if(IsError, substring(spans.StatusMessage, 1, 300), '') AS StatusMessage, Provider,
    Model, InputTokens, OutputTokens, CacheReadTokens, CacheWriteTokens, ReasoningTokens,
    TotalTokens, CacheWrite1hTokens, InputAudioTokens, InputImageTokens, OutputAudioTokens,
    OutputImageTokens, ReportedCostUsd, ReportedInputCostUsd, ReportedOutputCostUsd, ServiceTier,
    Streaming, TtftS, TtftSource, QueueS, PrefillS, DecodeS, TpotS, AgentName, Workflow, ToolName,
    ToolCallId, McpMethod, SessionId, UserId, ResponseId, RequestId, Notes, IngestedAt
FROM spans
WHERE
    Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND TraceId IN {ids:Array(String)}
ORDER BY Project, TraceId, Start, SpanId
LIMIT {per_trace:UInt64} BY Project, TraceId
