-- The critical path of one root as one row (so that it is replaced as a whole): parallel arrays,
-- latest section first. Times are nanoseconds since 1970.
CREATE TABLE path_sections (
    Project LowCardinality(String),
    RootName LowCardinality(String),
    Start DateTime64(9) CODEC(Delta(8), ZSTD(1)),
    TraceId String CODEC(ZSTD(1)),
    RootSpanId String CODEC(ZSTD(1)),
    DurationNs UInt64 CODEC(T64, ZSTD(1)),
    Service LowCardinality(String),
    Environment LowCardinality(String),
    Release LowCardinality(String),
    Sections Nested (
        SpanId String,
        StartNs Int64,
        EndNs Int64,
        Phase LowCardinality(String),
        Evidence LowCardinality(String),
        Kind LowCardinality(String),
        Service LowCardinality(String),
        Agent LowCardinality(String),
        Step LowCardinality(String),
        Operation LowCardinality(String),
        Model LowCardinality(String)
    ) CODEC(ZSTD(1)),
    Version UInt64,
    IsDeleted UInt8 DEFAULT 0
) ENGINE = ReplacingMergeTree(Version, IsDeleted)
PARTITION BY toDate(Start)
ORDER BY (Project, RootName, Start, TraceId, RootSpanId)
SETTINGS index_granularity = 1024, min_bytes_for_wide_part = 268435456
