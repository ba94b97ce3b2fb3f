-- Every span of one assembled trace, by the primary key.
SELECT
    SpanId, ParentSpanId, Service, Agent, Step, Kind, Operation, Name,
    toUnixTimestamp64Nano(Start) AS StartNs, DurationNs, SelfNs, PathNs, SlackNs, DragNs,
    IsRoot, IsError, ErrorType, Model, ToolName,
    InputTokens, OutputTokens, Counted, CostUsd, TtftS, Flags, AfterSpanIds, AfterEvidence
FROM span_facts FINAL
WHERE Project = {project:String} AND TraceId = {trace:String}
