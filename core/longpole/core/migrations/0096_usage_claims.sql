-- What spans claim that are not counted themselves, or are sums, against what counts in their place:
-- one row a span. A claim that is made no more leaves a row with IsDeleted = 1.
CREATE TABLE IF NOT EXISTS usage_claims (
    Project LowCardinality(String),
    Start DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    OwnerSpanId String COMMENT 'the span counted in its place; empty: all counted ones below it' CODEC(ZSTD(1)),
    Service LowCardinality(String),
    Dialect LowCardinality(String),
    Kind LowCardinality(String),
    Name String CODEC(ZSTD(1)),
    Scope LowCardinality(String) COMMENT 'aggregate or duplicate',
    Verdict LowCardinality(String) COMMENT 'equal, more or less than counted; only: counted itself',
    ClaimedInputTokens Nullable(UInt64) CODEC(ZSTD(1)),
    ClaimedOutputTokens Nullable(UInt64) CODEC(ZSTD(1)),
    ClaimedCacheReadTokens Nullable(UInt64) CODEC(ZSTD(1)),
    ClaimedCacheWriteTokens Nullable(UInt64) CODEC(ZSTD(1)),
    ClaimedTotalTokens Nullable(UInt64) CODEC(ZSTD(1)),
    CountedInputTokens UInt64 CODEC(ZSTD(1)),
    CountedOutputTokens UInt64 CODEC(ZSTD(1)),
    CountedCacheReadTokens UInt64 CODEC(ZSTD(1)),
    CountedCacheWriteTokens UInt64 CODEC(ZSTD(1)),
    ClaimedCostUsd Nullable(Decimal(18, 9)) COMMENT 'as reported' CODEC(ZSTD(1)),
    CountedCostUsd Nullable(Decimal(18, 9)) COMMENT 'null: none has a price' CODEC(ZSTD(1)),
    Version UInt64,
    IsDeleted UInt8 DEFAULT 0,
    INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1
) ENGINE = ReplacingMergeTree(Version, IsDeleted)
PARTITION BY toDate(Start)
ORDER BY (Project, Start, TraceId, SpanId)
SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 268435456
