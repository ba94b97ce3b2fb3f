-- Five-minute rows per step, by the time spans end. A bucket is recomputed as a whole when spans
-- come late, so the newest version of a row holds. Histograms map i to the count of values in
-- [1.1^i, 1.1^(i+1)): nanoseconds. Operation 'request' with empty agent, step and model holds
-- whole traces of a root service.
CREATE TABLE step_rollup_5m (
    Project LowCardinality(String),
    Service LowCardinality(String),
    Agent LowCardinality(String),
    Step LowCardinality(String),
    Operation LowCardinality(String),
    Model LowCardinality(String),
    Kind LowCardinality(String),
    Bucket DateTime CODEC(Delta, ZSTD(1)),
    Calls UInt64,
    Traces UInt64 COMMENT 'distinct traces with such a call',
    Errors UInt64,
    ModelCalls UInt64 COMMENT 'counted model calls',
    UnpricedCalls UInt64,
    InputTokens UInt64,
    OutputTokens UInt64,
    CacheReadTokens UInt64,
    CacheWriteTokens UInt64,
    ReasoningTokens UInt64,
    CostUsd Decimal(38, 9),
    DurationNs UInt64 COMMENT 'sum',
    SelfNs UInt64 COMMENT 'sum',
    PathNs UInt64 COMMENT 'sum',
    DurationHist Map(Int16, UInt64),
    SelfHist Map(Int16, UInt64),
    PathHist Map(Int16, UInt64),
    TtftHist Map(Int16, UInt64),
    TpotHist Map(Int16, UInt64),
    Version UInt64
) ENGINE = ReplacingMergeTree(Version)
PARTITION BY toYYYYMM(Bucket)
ORDER BY (Project, Service, Agent, Step, Operation, Model, Kind, Bucket)
SETTINGS min_bytes_for_wide_part = 268435456
