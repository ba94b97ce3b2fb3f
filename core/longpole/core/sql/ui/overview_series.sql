-- Runs, errors, latency and cost over time, in steps of {step_ns:Int64}.
SELECT
    intDiv(toUnixTimestamp64Nano(Start), {step_ns:Int64}) * {step_ns:Int64} AS AtNs,
    count() AS Runs, countIf(IsError) AS Errors,
    quantile(0.5)(DurationNs) AS P50Ns, quantile(0.95)(DurationNs) AS P95Ns,
    toFloat64(sum(traces.CostUsd)) AS CostUsd
FROM traces FINAL
WHERE Project = {project:String}
    AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
GROUP BY AtNs
ORDER BY AtNs
SETTINGS do_not_merge_across_partitions_select_final = 1
