-- A process that was killed in an insert may repeat it hours later, after those of many others.
ALTER TABLE otel_traces MODIFY SETTING non_replicated_deduplication_window = 10000
