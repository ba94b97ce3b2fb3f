-- What a log record says of the model call it was written in: a narrow copy of the GenAI records
-- of otel_logs that carry a trace and a span id, filled by the generated view log_facts_mv. Null or
-- empty means "not said". A record that was sent twice is one row.
CREATE TABLE log_facts (
    Project LowCardinality(String),
    TraceId String CODEC(ZSTD(1)),
    SpanId String CODEC(ZSTD(1)),
    Timestamp DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    Id UInt64 COMMENT 'hash of the record' CODEC(ZSTD(1)),
    Event LowCardinality(String),
    Operation LowCardinality(String),
    Provider LowCardinality(String),
    Model LowCardinality(String),
    InputTokens Nullable(UInt64) CODEC(ZSTD(1)),
    OutputTokens Nullable(UInt64) CODEC(ZSTD(1)),
    CacheReadTokens Nullable(UInt64) CODEC(ZSTD(1)),
    CacheWriteTokens Nullable(UInt64) CODEC(ZSTD(1)),
    ReasoningTokens Nullable(UInt64) CODEC(ZSTD(1)),
    TotalTokens Nullable(UInt64) CODEC(ZSTD(1)),
    ReportedCostUsd Nullable(Decimal(18, 9)) CODEC(ZSTD(1)),
    Streaming Nullable(Bool),
    TtftS Nullable(Float64) CODEC(ZSTD(1)),
    AgentName LowCardinality(String),
    SessionId String CODEC(ZSTD(1)),
    UserId String CODEC(ZSTD(1)),
    ErrorType LowCardinality(String),
    ResponseId String CODEC(ZSTD(1)),
    IngestedAt DateTime64(3) CODEC(Delta(8), ZSTD(1))
) ENGINE = ReplacingMergeTree(IngestedAt)
PARTITION BY toDate(Timestamp)
ORDER BY (TraceId, SpanId, Timestamp, Project, Id)
SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 268435456,
    non_replicated_deduplication_window = 10000
