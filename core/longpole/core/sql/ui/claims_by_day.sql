-- What spans claim against what is counted, by day, service and dialect. Cost is compared where
-- both sides know it.
SELECT
    toString(toDate(Start)) AS Day,
    Service,
    Dialect,
    uniqExact(TraceId) AS Traces,
    count() AS Claims,
    countIf(Verdict = 'equal') AS Equal,
    countIf(Verdict = 'more') AS More,
    countIf(Verdict = 'less') AS Less,
    countIf(Verdict = 'only') AS Only,
    sum(toInt64(Claimed)) AS ClaimedTokens,
    sum(toInt64(Counted)) AS CountedTokens,
    ClaimedTokens - CountedTokens AS DifferenceTokens,
    toFloat64(sumIf(ClaimedCostUsd, HasCosts)) AS ClaimedUsd,
    toFloat64(sumIf(CountedCostUsd, HasCosts)) AS CountedUsd,
    ClaimedUsd - CountedUsd AS DifferenceUsd
FROM
(
    SELECT
        Start, TraceId, Service, Dialect, Verdict, ClaimedCostUsd, CountedCostUsd,
        ClaimedCostUsd IS NOT NULL AND CountedCostUsd IS NOT NULL AS HasCosts,
        ClaimedInputTokens IS NOT NULL OR ClaimedOutputTokens IS NOT NULL AS HasParts,
        least(
            if(HasParts, ifNull(ClaimedInputTokens, 0) + ifNull(ClaimedOutputTokens, 0),
                ifNull(ClaimedTotalTokens, 0)),
            toUInt64(1e15)
        ) AS Claimed,
        multiIf(
            HasParts,
            if(ClaimedInputTokens IS NULL, 0, CountedInputTokens)
                + if(ClaimedOutputTokens IS NULL, 0, CountedOutputTokens),
            ClaimedTotalTokens IS NULL, 0,
            CountedInputTokens + CountedOutputTokens
        ) AS SaidCounted,
        least(SaidCounted, toUInt64(1e15)) AS Counted
    FROM usage_claims FINAL
    WHERE Project = {project:String}
        AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
        AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
        AND IsDeleted = 0
)
GROUP BY Day, Service, Dialect
ORDER BY Day DESC, Service, Dialect
LIMIT {limit:UInt64}
