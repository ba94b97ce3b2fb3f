-- Which five-minute buckets hold spans or whole traces assembled after a version, and how many
-- rows of each version, so that a version that was still being written is seen to grow.
SELECT
    Source,
    Version,
    toUInt32(intDiv(EndNs, 300000000000) * 300) AS Bucket,
    count() AS Rows
FROM
(
    SELECT 'spans' AS Source, Version, toUnixTimestamp64Nano(Start) + toInt64(DurationNs) AS EndNs
    FROM span_facts
    WHERE Version > {after:UInt64}
    UNION ALL
    SELECT 'traces' AS Source, Version, toUnixTimestamp64Nano(Start) + toInt64(DurationNs) AS EndNs
    FROM traces
    WHERE Version > {after:UInt64}
)
WHERE EndNs >= 0 AND EndNs < 4294967296000000000
GROUP BY Source, Version, Bucket
