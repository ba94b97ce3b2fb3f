CREATE MATERIALIZED VIEW metric_arrivals_exponential_histogram_mv TO metric_arrivals AS
SELECT
    IngestedAt,
    toDateTime(intDiv(toUnixTimestamp64Nano(TimeUnix) - 1, 300000000000) * 300) AS Bucket,
    count() AS Points
FROM otel_metrics_exponential_histogram
WHERE startsWith(MetricName, 'gen_ai.')
    AND TimeUnix > toDateTime64('1970-01-01 00:00:00', 9, 'UTC')
    AND TimeUnix < toDateTime64('2106-01-01 00:00:00', 9, 'UTC')
GROUP BY IngestedAt, Bucket
