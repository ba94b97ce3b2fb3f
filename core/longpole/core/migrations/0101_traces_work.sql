ALTER TABLE traces
    ADD COLUMN IF NOT EXISTS WorkNs UInt64 DEFAULT 0 COMMENT 'own time of all spans that the end of the main root may wait for; 0: not assembled since this column is here' CODEC(ZSTD(1)) AFTER PathKindNs,
    ADD COLUMN IF NOT EXISTS CompletionNs UInt64 DEFAULT DurationNs COMMENT 'from the start of the main root to the end of the last work below it, detached work too' CODEC(ZSTD(1)) AFTER WorkNs
