ALTER TABLE traces ADD COLUMN LogFacts UInt64 DEFAULT 0 COMMENT 'log records it was assembled from' AFTER RawSpans
