-- Releases seen in a time range, the newest first.
SELECT
    Service, Release, toUnixTimestamp64Nano(min(Start)) AS FirstNs,
    toUnixTimestamp64Nano(max(Start)) AS LastNs, count() AS Runs, countIf(IsError) AS Errors,
    quantile(0.95)(DurationNs) AS P95Ns, toFloat64(avg(traces.CostUsd)) AS CostUsdPerRun
FROM traces FINAL
WHERE Project = {project:String} AND Release != ''
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
GROUP BY Service, Release
ORDER BY FirstNs DESC
LIMIT 20
SETTINGS do_not_merge_across_partitions_select_final = 1
