-- What a span cost before it was priced anew: one row a span and repricing that changed it.
CREATE TABLE cost_history (
    Project LowCardinality(String),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    Start DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    Provider LowCardinality(String),
    Model LowCardinality(String),
    RepricingId LowCardinality(String) COMMENT 'see cost_repricings',
    OldCostUsd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)),
    OldCostSource LowCardinality(String),
    OldPriceSource LowCardinality(String) COMMENT 'price list behind the old computed cost',
    NewCostUsd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)),
    NewCostSource LowCardinality(String),
    NewPriceSource LowCardinality(String),
    At DateTime64(3)
) ENGINE = ReplacingMergeTree(At)
PARTITION BY toDate(Start)
ORDER BY (Project, TraceId, SpanId, RepricingId)
SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 268435456
