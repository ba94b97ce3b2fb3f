-- Parts of otel_traces_trace_id_ts that hold ids of traces with no span left on a day; the table
-- does not say whose they are. Hashes, because there may be many: two ids with one hash keep a row
-- too much, never one too few.
SELECT
    _partition_id AS PartitionId,
    _part AS Part,
    count() AS Rows,
    countIf(
        cityHash64(TraceId) NOT IN (
            SELECT cityHash64(TraceId) FROM otel_traces WHERE _partition_id = {partition:String}
        )
    ) AS Expired
FROM otel_traces_trace_id_ts
WHERE _partition_id = {partition:String}
GROUP BY PartitionId, Part
HAVING Expired > 0
ORDER BY PartitionId, Part
