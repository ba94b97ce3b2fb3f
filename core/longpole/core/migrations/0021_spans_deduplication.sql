-- As for otel_traces.
ALTER TABLE spans MODIFY SETTING non_replicated_deduplication_window = 1000
