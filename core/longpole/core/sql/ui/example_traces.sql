-- Some traces by id, within a time range that finds their partitions.
SELECT
    TraceId, toUnixTimestamp64Nano(Start) AS StartNs, DurationNs, RootName, IsError,
    toFloat64(CostUsd) AS CostUsd
FROM traces FINAL
WHERE Project = {project:String} AND TraceId IN {traces:Array(String)}
SETTINGS do_not_merge_across_partitions_select_final = 1
