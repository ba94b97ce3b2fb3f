-- The rows of step_rollup_5m for some buckets, from spans. The inner query reads three columns to
-- find the traces; the outer one then reads those traces by the primary key.
WITH
    fromUnixTimestamp64Nano(({from_s:Int64} - 86400) * 1000000000) AS EarliestStart,
    fromUnixTimestamp64Nano({to_s:Int64} * 1000000000) AS LatestStart
SELECT
    Project, Service, Agent, Step, Operation, Model, Kind,
    toUInt32(intDiv(toUnixTimestamp64Nano(Start) + toInt64(span_facts.DurationNs), 300000000000) * 300) AS Bucket,
    count() AS Calls,
    uniqExact(cityHash64(TraceId)) AS Traces,
    countIf(IsError) AS Errors,
    countIf(Counted) AS ModelCalls,
    countIf(
        Counted AND span_facts.CostUsd IS NULL
        AND ifNull(span_facts.InputTokens, 0) + ifNull(span_facts.OutputTokens, 0) > 0
    )
        AS UnpricedCalls,
    sumIf(ifNull(span_facts.InputTokens, 0), Counted) AS InputTokens,
    sumIf(ifNull(span_facts.OutputTokens, 0), Counted) AS OutputTokens,
    sumIf(ifNull(span_facts.CacheReadTokens, 0), Counted) AS CacheReadTokens,
    sumIf(ifNull(span_facts.CacheWriteTokens, 0), Counted) AS CacheWriteTokens,
    sumIf(ifNull(span_facts.ReasoningTokens, 0), Counted) AS ReasoningTokens,
    toDecimal128(sumIf(ifNull(span_facts.CostUsd, 0), Counted), 9) AS CostUsd,
    sum(span_facts.DurationNs) AS DurationNs,
    sum(span_facts.SelfNs) AS SelfNs,
    sum(span_facts.PathNs) AS PathNs,
    sumMapIf(map(toInt16(floor(log(greatest(span_facts.DurationNs, 1)) / log(1.1))), toUInt64(1)),
        span_facts.DurationNs > 0) AS DurationHist,
    sumMapIf(map(toInt16(floor(log(greatest(span_facts.SelfNs, 1)) / log(1.1))), toUInt64(1)),
        span_facts.SelfNs > 0) AS SelfHist,
    sumMapIf(map(toInt16(floor(log(greatest(span_facts.PathNs, 1)) / log(1.1))), toUInt64(1)),
        span_facts.PathNs > 0) AS PathHist,
    sumMapIf(map(toInt16(floor(log(greatest(ifNull(TtftS, 0) * 1e9, 1)) / log(1.1))), toUInt64(1)),
        ifNull(TtftS, 0) > 0) AS TtftHist,
    sumMapIf(map(toInt16(floor(log(greatest(ifNull(TpotS, 0) * 1e9, 1)) / log(1.1))), toUInt64(1)),
        ifNull(TpotS, 0) > 0) AS TpotHist
FROM span_facts FINAL
WHERE Start >= EarliestStart AND Start < LatestStart
    AND intDiv(toUnixTimestamp64Nano(Start) + toInt64(span_facts.DurationNs), 300000000000) * 300
        IN {buckets:Array(Int64)}
    AND (Project, TraceId) IN (
        SELECT DISTINCT Project, TraceId
        FROM span_facts
        WHERE Start >= EarliestStart AND Start < LatestStart
            AND intDiv(toUnixTimestamp64Nano(Start) + toInt64(span_facts.DurationNs), 300000000000) * 300
                IN {buckets:Array(Int64)}
    )
GROUP BY Project, Service, Agent, Step, Operation, Model, Kind, Bucket
