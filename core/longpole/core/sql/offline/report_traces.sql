-- Every trace of an assembled store, slowest first.
SELECT
    TraceId, RootName, RootSpanId, Service, Start, DurationNs, WorkNs, Spans, ModelCalls, ToolCalls,
    InputTokens, OutputTokens, toFloat64(CostUsd) AS CostUsd, UnpricedCalls, IsError, Flags
FROM traces FINAL
ORDER BY DurationNs DESC, TraceId
