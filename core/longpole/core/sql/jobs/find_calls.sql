-- Spans of a time range for the finders: whole traces, one in {one_in:UInt32} by their id.
SELECT
    Project, TraceId, SpanId, ParentSpanId, RootName, Service, Agent, Step, Kind, Operation, Model,
    toUnixTimestamp64Nano(Start) AS StartNs, toInt64(DurationNs) AS DurationNs,
    toInt64(PathNs) AS PathNs, toFloat64(InputTokens) AS InputTokens,
    toFloat64(CostInputUsd) AS CostInputUsd, toFloat64(CostUsd) AS CostUsd, Counted, IsError,
    AfterSpanIds, arrayMap(one -> toString(one), AfterEvidence) AS AfterEvidence
FROM span_facts FINAL
WHERE Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
    AND cityHash64(TraceId) % {one_in:UInt32} = 0
