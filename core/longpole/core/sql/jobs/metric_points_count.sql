-- How many GenAI data points there are in a stretch of time.
SELECT sum(Points) AS Points
FROM
(
    SELECT count() AS Points FROM otel_metrics_histogram
    WHERE MetricName IN {metrics:Array(String)}
        AND TimeUnix > fromUnixTimestamp64Nano({from_ns:Int64})
        AND TimeUnix <= fromUnixTimestamp64Nano({to_ns:Int64})
    UNION ALL
    SELECT count() AS Points FROM otel_metrics_exponential_histogram
    WHERE MetricName IN {metrics:Array(String)}
        AND TimeUnix > fromUnixTimestamp64Nano({from_ns:Int64})
        AND TimeUnix <= fromUnixTimestamp64Nano({to_ns:Int64})
    UNION ALL
    SELECT count() AS Points FROM otel_metrics_sum
    WHERE MetricName IN {metrics:Array(String)}
        AND TimeUnix > fromUnixTimestamp64Nano({from_ns:Int64})
        AND TimeUnix <= fromUnixTimestamp64Nano({to_ns:Int64})
)
