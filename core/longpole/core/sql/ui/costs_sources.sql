-- Where the costs of counted calls come from: what holds, and the list behind the computed figure.
-- Reads 50 million spans at most, so that a very large range does not keep anybody waiting.
SELECT
    CostSource, PriceSource, count() AS Calls,
    countIf(
        span_facts.CostUsd IS NULL
        AND ifNull(span_facts.InputTokens, 0) + ifNull(span_facts.OutputTokens, 0) > 0
    )
        AS UnpricedCalls,
    sum(toFloat64(ifNull(span_facts.CostUsd, 0))) AS CostUsd
FROM span_facts FINAL
WHERE Project = {project:String} AND Counted
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
GROUP BY CostSource, PriceSource
ORDER BY CostUsd DESC, Calls DESC, CostSource, PriceSource
SETTINGS max_rows_to_read = 50000000, read_overflow_mode = 'break'
