-- An insert that is repeated with its token (its connection broke before the answer) is stored once.
ALTER TABLE otel_traces MODIFY SETTING non_replicated_deduplication_window = 1000
