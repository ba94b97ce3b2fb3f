-- Durations of the traces that fit, eight bins a decade: bin i holds [10^(i/8), 10^((i+1)/8)) ns.
SELECT
    toInt32(floor(log10(greatest(DurationNs, 1)) * 8 + 1e-9)) AS Bin,
    count() AS Runs, countIf(IsError) AS Errors
FROM traces FINAL
$matching
GROUP BY Bin
ORDER BY Bin
SETTINGS do_not_merge_across_partitions_select_final = 1
