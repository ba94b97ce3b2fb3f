-- Which five-minute buckets got GenAI data points after a point in time, and how many.
SELECT
    toUnixTimestamp64Milli(IngestedAt) AS ArrivedMs,
    toInt64(toUnixTimestamp(Bucket)) AS Bucket,
    sum(Points) AS Points
FROM metric_arrivals
WHERE IngestedAt > fromUnixTimestamp64Milli({after_ms:Int64})
GROUP BY IngestedAt, metric_arrivals.Bucket
ORDER BY IngestedAt, metric_arrivals.Bucket
LIMIT {limit:UInt64}
