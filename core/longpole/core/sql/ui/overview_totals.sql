-- Headline numbers of a time range.
SELECT
    count() AS Runs, countIf(IsError) AS Errors,
    quantile(0.5)(DurationNs) AS P50Ns, quantile(0.95)(DurationNs) AS P95Ns,
    quantile(0.5)(TtftS * 1e9) AS TtftP50Ns, quantile(0.95)(TtftS * 1e9) AS TtftP95Ns,
    toFloat64(sum(traces.CostUsd)) AS CostUsd, countIf(traces.CostUsd IS NOT NULL) AS PricedRuns,
    sum(traces.UnpricedCalls) AS UnpricedCalls,
    toUnixTimestamp64Nano(min(Start)) AS FirstNs, toUnixTimestamp64Nano(max(Start)) AS LastNs
FROM traces FINAL
WHERE Project = {project:String}
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
SETTINGS do_not_merge_across_partitions_select_final = 1
