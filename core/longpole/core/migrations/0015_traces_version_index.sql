-- As for span_facts.
ALTER TABLE traces ADD INDEX IF NOT EXISTS idx_version Version TYPE minmax GRANULARITY 8
