-- Which five-minute buckets got GenAI data points, and when: what the metric rollup reads to find its
-- work. A point belongs to the bucket that ends with or after it.
CREATE TABLE metric_arrivals (
    IngestedAt DateTime64(3),
    Bucket DateTime,
    Points UInt64
) ENGINE = MergeTree
PARTITION BY toDate(IngestedAt)
ORDER BY (IngestedAt, Bucket)
TTL toDateTime(IngestedAt) + INTERVAL 30 DAY
SETTINGS ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000
