-- The spans of a fair sample of whole traces, for the finders: traces whose id's hash is below
-- {share:Float64} of all, those that began in the window.
SELECT
    Project, TraceId, SpanId, ParentSpanId, RootName, Service, Agent, Step, Kind, Operation, Name,
    Provider, Model, ToolName, Start, toInt64(DurationNs) AS DurationNs, toInt64(PathNs) AS PathNs,
    IsRoot, IsError, Counted, toInt64(InputTokens) AS InputTokens,
    toInt64(OutputTokens) AS OutputTokens, toInt64(CacheReadTokens) AS CacheReadTokens,
    toFloat64(CostUsd) AS CostUsd, toFloat64(CostInputUsd) AS CostInputUsd, TtftS,
    AfterSpanIds, AfterEvidence
FROM span_facts FINAL
WHERE Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
    AND cityHash64(TraceId) <= {share:Float64} * 18446744073709551615.
