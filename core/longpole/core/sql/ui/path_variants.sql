-- Path variants of the selected traces by root operation, over time and by release.
SELECT
    toString(RootName) AS RootName, toString(Variant) AS Variant, toString(any(VariantText)) AS VariantText,
    toString(Release) AS Release, intDiv(toUnixTimestamp64Nano(Start), {step_ns:Int64}) * {step_ns:Int64} AS BucketNs,
    count() AS Traces, sum(toInt64(DurationNs)) AS SumNs,
    toUnixTimestamp64Nano(min(Start)) AS FirstNs, toUnixTimestamp64Nano(max(Start)) AS LastNs
FROM ($selected)
WHERE Variant != ''
GROUP BY RootName, Variant, Release, BucketNs
ORDER BY Traces DESC, RootName, Variant, Release, BucketNs
LIMIT {limit:UInt32}
