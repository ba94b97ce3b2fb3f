-- The rows of step_rollup_5m for whole traces (Operation 'request') by the service of their root.
SELECT
    Project, Service, '' AS Agent, '' AS Step, 'request' AS Operation, '' AS Model,
    'request' AS Kind,
    toUInt32(intDiv(toUnixTimestamp64Nano(Start) + toInt64(traces.DurationNs), 300000000000) * 300) AS Bucket,
    count() AS Calls,
    count() AS Traces,
    countIf(IsError) AS Errors,
    sum(toUInt64(traces.ModelCalls)) AS ModelCalls,
    sum(toUInt64(traces.UnpricedCalls)) AS UnpricedCalls,
    sum(traces.InputTokens) AS InputTokens,
    sum(traces.OutputTokens) AS OutputTokens,
    sum(traces.CacheReadTokens) AS CacheReadTokens,
    sum(traces.CacheWriteTokens) AS CacheWriteTokens,
    sum(traces.ReasoningTokens) AS ReasoningTokens,
    toDecimal128(sum(ifNull(traces.CostUsd, 0)), 9) AS CostUsd,
    sum(traces.DurationNs) AS DurationNs,
    sumMapIf(map(toInt16(floor(log(greatest(traces.DurationNs, 1)) / log(1.1))), toUInt64(1)),
        traces.DurationNs > 0) AS DurationHist,
    sumMapIf(map(toInt16(floor(log(greatest(ifNull(TtftS, 0) * 1e9, 1)) / log(1.1))), toUInt64(1)),
        ifNull(TtftS, 0) > 0) AS TtftHist
FROM traces FINAL
WHERE Start >= fromUnixTimestamp64Nano(({from_s:Int64} - 86400) * 1000000000)
    AND Start < fromUnixTimestamp64Nano({to_s:Int64} * 1000000000)
    AND intDiv(toUnixTimestamp64Nano(Start) + toInt64(traces.DurationNs), 300000000000) * 300
        IN {buckets:Array(Int64)}
GROUP BY Project, Service, Bucket
