-- As for otel_traces.
ALTER TABLE trace_arrivals MODIFY SETTING non_replicated_deduplication_window = 1000
