-- What spans of one trace claim that others are counted for, what disagrees first.
SELECT
    SpanId, OwnerSpanId, Service, Dialect, Kind, Name, Scope, Verdict,
    ClaimedInputTokens, ClaimedOutputTokens, ClaimedCacheReadTokens, ClaimedCacheWriteTokens,
    ClaimedTotalTokens, CountedInputTokens, CountedOutputTokens, CountedCacheReadTokens,
    CountedCacheWriteTokens, ClaimedCostUsd, CountedCostUsd
FROM usage_claims FINAL
WHERE Project = {project:String}
    AND Start BETWEEN fromUnixTimestamp64Nano({from_ns:Int64})
        AND fromUnixTimestamp64Nano({to_ns:Int64})
    AND TraceId = {trace:String}
    AND IsDeleted = 0
ORDER BY Verdict = 'equal', usage_claims.Start, SpanId
LIMIT {limit:UInt64}
