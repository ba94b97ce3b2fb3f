-- Remove the ids of traces that have no span left on a day; the table does not say whose they are.
-- Hashes, because there may be many: two ids with one hash keep a row too much, never one too few.
ALTER TABLE otel_traces_trace_id_ts DELETE IN PARTITION ID {partition:String}
WHERE cityHash64(TraceId) NOT IN (
    SELECT cityHash64(TraceId) FROM otel_traces WHERE _partition_id = {partition:String}
)
SETTINGS mutations_sync = 1
