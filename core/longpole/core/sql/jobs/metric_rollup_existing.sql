-- Keys that already have a non-empty row in some buckets.
SELECT
    Project, Service, Operation, Model, Provider, Kind,
    toInt64(toUnixTimestamp(Bucket)) AS Bucket
FROM metric_rollup_5m FINAL
WHERE Bucket >= toDateTime({from_s:Int64}) AND Bucket < toDateTime({to_s:Int64})
    AND toUnixTimestamp(Bucket) IN {buckets:Array(Int64)} AND Version > 0
    AND (Calls > 0 OR InputTokens > 0 OR OutputTokens > 0 OR notEmpty(TtftHist) OR notEmpty(TpotHist)
        OR CacheReadTokens > 0 OR CacheWriteTokens > 0 OR ReasoningTokens > 0)
