-- The assembled row of one trace. Its raw time range finds the partitions; where that is no
-- longer known, the bloom filter on TraceId alone must do. (A DateTime would not hold a minute before
-- 1970 or after 2106.)
WITH (
    SELECT (toDateTime64(min(Start), 0), toDateTime64(max(End), 0))
    FROM otel_traces_trace_id_ts WHERE TraceId = {trace:String}
) AS seen
SELECT *, toUnixTimestamp64Nano(Start) AS StartNs
FROM traces FINAL
WHERE Project = {project:String}
    AND TraceId = {trace:String}
    AND (toUnixTimestamp64Second(seen.2) = 0 OR Start BETWEEN seen.1 - 60 AND seen.2 + 60)
ORDER BY Version DESC
LIMIT 1
