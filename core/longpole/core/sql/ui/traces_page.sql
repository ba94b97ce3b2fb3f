-- One page of the traces that fit. SortKey is an integer in every order, so that a cursor can
-- continue after (SortKey, TraceId).
SELECT
    $sort AS SortKey, TraceId, toUnixTimestamp64Nano(Start) AS StartNs, DurationNs, RootName,
    Service, Environment, Release, Workflow, Agent, SessionId, UserId, IsError, ErrorSpans, Spans,
    ModelCalls, ToolCalls, InputTokens, OutputTokens, CacheReadTokens, ReasoningTokens,
    toFloat64(traces.CostUsd) AS CostUsd, UnpricedCalls, TtftS, Models, Steps, Flags,
    LastIngestedAt > now() - INTERVAL 1 MINUTE AS IsGrowing
FROM traces FINAL
$matching
    AND ({after_id:String} = '' OR (SortKey, TraceId) $beyond ({after_key:Int64}, {after_id:String}))
ORDER BY SortKey $direction, TraceId $direction
LIMIT {limit:UInt32} OFFSET {offset:UInt64}
SETTINGS do_not_merge_across_partitions_select_final = 1
