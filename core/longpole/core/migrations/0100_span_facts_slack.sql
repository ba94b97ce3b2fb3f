ALTER TABLE span_facts
    ADD COLUMN IF NOT EXISTS SlackNs Nullable(UInt64) COMMENT 'how much longer it could take before the end of its root moves; null: nothing waits for it' CODEC(ZSTD(1)) AFTER PathNs,
    ADD COLUMN IF NOT EXISTS DragNs UInt64 DEFAULT 0 COMMENT 'how much sooner its root would end were its own time nothing' CODEC(ZSTD(1)) AFTER SlackNs
