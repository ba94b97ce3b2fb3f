-- The assembled row of one trace. Its raw time range finds the partitions; where that is no
-- longer known, the bloom filter on TraceId alone must do.
WITH (
    SELECT (min(Start), max(End)) FROM otel_traces_trace_id_ts WHERE TraceId = {trace:String}
) AS seen
SELECT *
FROM traces FINAL
WHERE Project = {project:String}
    AND TraceId = {trace:String}
    AND (toUnixTimestamp(seen.2) = 0 OR Start BETWEEN seen.1 - 60 AND seen.2 + 60)
ORDER BY Version DESC
LIMIT 1
