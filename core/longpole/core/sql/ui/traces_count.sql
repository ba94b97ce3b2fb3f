-- How many traces fit.
SELECT count() AS Traces
FROM traces FINAL
$matching
SETTINGS do_not_merge_across_partitions_select_final = 1
