-- The newest answered calls of each model in a time range, to fit how fast it answers.
SELECT
    Provider, Model, toUnixTimestamp64Nano(Start) AS StartNs, DurationNs, TtftS, InputTokens,
    OutputTokens, CacheReadTokens
FROM span_facts FINAL
WHERE Project = {project:String}
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
    AND Kind IN ('llm', 'engine') AND Model != '' AND UsageScope = 'call' AND NOT IsError
ORDER BY Start DESC
LIMIT {calls:UInt32} BY Model
