-- What senders reported beside what the price lists say, for calls that have both; the largest
-- difference first.
SELECT
    Provider, Model, count() AS Calls,
    sum(ifNull(span_facts.InputTokens, 0)) AS InputTokens,
    sum(ifNull(span_facts.OutputTokens, 0)) AS OutputTokens,
    sum(toFloat64(Reported)) AS ReportedUsd,
    sum(toFloat64(ComputedCostUsd)) AS ComputedUsd,
    ReportedUsd - ComputedUsd AS DifferenceUsd,
    countIf(Reported != ComputedCostUsd) AS DifferentCalls,
    arraySort(groupUniqArray(20)(PriceSource)) AS PriceSources
FROM
(
    SELECT
        *,
        ifNull(ReportedCostUsd, ReportedInputCostUsd + ReportedOutputCostUsd) AS Reported
    FROM span_facts FINAL
    WHERE Project = {project:String} AND Counted AND ComputedCostUsd IS NOT NULL
        AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
        AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
)
AS span_facts
WHERE Reported IS NOT NULL
GROUP BY Provider, Model
ORDER BY abs(DifferenceUsd) DESC, Calls DESC, Provider, Model
LIMIT {limit:UInt64}
SETTINGS max_rows_to_read = 50000000, read_overflow_mode = 'break'
