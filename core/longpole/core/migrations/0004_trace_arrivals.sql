-- Which traces got spans, and when: what the assembly job reads to find its work.
CREATE TABLE trace_arrivals (
    Project LowCardinality(String),
    IngestedAt DateTime64(3),
    TraceId String CODEC(ZSTD(1)),
    MinStart DateTime64(9),
    MaxStart DateTime64(9),
    Spans UInt32
) ENGINE = MergeTree
PARTITION BY toDate(IngestedAt)
ORDER BY (IngestedAt, TraceId)
TTL toDateTime(IngestedAt) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1
