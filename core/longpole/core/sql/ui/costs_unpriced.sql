-- Models whose calls have tokens but no cost, those with most tokens first.
SELECT
    Provider, Model, ServiceTier, count() AS Calls,
    sum(ifNull(span_facts.InputTokens, 0)) AS InputTokens,
    sum(ifNull(span_facts.OutputTokens, 0)) AS OutputTokens,
    toUnixTimestamp64Nano(min(span_facts.Start)) AS FirstNs,
    toUnixTimestamp64Nano(max(span_facts.Start)) AS LastNs
FROM span_facts FINAL
WHERE Project = {project:String} AND Counted AND span_facts.CostUsd IS NULL
    AND ifNull(span_facts.InputTokens, 0) + ifNull(span_facts.OutputTokens, 0) > 0
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
GROUP BY Provider, Model, ServiceTier
ORDER BY InputTokens + OutputTokens DESC, Calls DESC, Provider, Model, ServiceTier
LIMIT {limit:UInt64}
SETTINGS max_rows_to_read = 50000000, read_overflow_mode = 'break'
