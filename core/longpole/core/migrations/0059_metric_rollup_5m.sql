-- Five-minute rows of model calls as metrics tell of them, by the times of data points: a second
-- source beside step_rollup_5m, never added to it. A bucket is recomputed as a whole, so the newest
-- version of a row holds. Histograms are as in step_rollup_5m; they are estimates, spread from the
-- buckets that the sender chose.
CREATE TABLE metric_rollup_5m (
    Project LowCardinality(String),
    Service LowCardinality(String),
    Operation LowCardinality(String),
    Model LowCardinality(String),
    Provider LowCardinality(String),
    Kind LowCardinality(String),
    Bucket DateTime CODEC(Delta, ZSTD(1)),
    Calls UInt64,
    Errors UInt64,
    InputTokens UInt64,
    OutputTokens UInt64,
    CacheReadTokens UInt64,
    CacheWriteTokens UInt64,
    ReasoningTokens UInt64,
    DurationNs UInt64 COMMENT 'sum',
    DurationHist Map(Int16, UInt64),
    TtftHist Map(Int16, UInt64),
    TpotHist Map(Int16, UInt64),
    Version UInt64
) ENGINE = ReplacingMergeTree(Version)
PARTITION BY toYYYYMM(Bucket)
ORDER BY (Project, Service, Operation, Model, Provider, Bucket)
SETTINGS min_bytes_for_wide_part = 268435456
