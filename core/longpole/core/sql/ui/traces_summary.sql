-- Totals of the traces that fit.
SELECT
    count() AS Runs, countIf(IsError) AS Errors,
    quantile(0.5)(DurationNs) AS P50Ns, quantile(0.95)(DurationNs) AS P95Ns,
    toFloat64(sum(traces.CostUsd)) AS CostUsd, countIf(traces.CostUsd IS NOT NULL) AS PricedRuns,
    toUnixTimestamp64Nano(max(Start)) AS NewestNs
FROM traces FINAL
$matching
SETTINGS do_not_merge_across_partitions_select_final = 1
