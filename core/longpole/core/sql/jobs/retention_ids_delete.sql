-- Remove the ids of traces that have no span left on a day, as counted by retention_ids_expired.
ALTER TABLE {table:Identifier} DELETE IN PARTITION ID {partition:String}
WHERE cityHash64(TraceId) NOT IN (
    SELECT cityHash64(TraceId) FROM otel_traces WHERE _partition_id = {partition:String}
)
SETTINGS mutations_sync = 1
