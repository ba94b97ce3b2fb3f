-- Path variants of the selected traces by root operation, over time and by release. P50Ns and P95Ns
-- are of the row, VariantP50Ns and VariantP95Ns of all selected traces of the variant.
SELECT
    RootName, Variant, VariantText, Release, BucketNs, Traces, SumNs, FirstNs, LastNs,
    toInt64(finalizeAggregation(Durations)[1]) AS P50Ns,
    toInt64(finalizeAggregation(Durations)[2]) AS P95Ns,
    toInt64(Whole[1]) AS VariantP50Ns, toInt64(Whole[2]) AS VariantP95Ns
FROM (
    SELECT
        *, quantilesExactMerge(0.5, 0.95)(Durations) OVER (PARTITION BY RootName, Variant) AS Whole
    FROM (
        SELECT
            toString(RootName) AS RootName, toString(Variant) AS Variant,
            toString(any(VariantText)) AS VariantText, toString(Release) AS Release,
            intDiv(toUnixTimestamp64Nano(Start), {step_ns:Int64}) * {step_ns:Int64} AS BucketNs,
            count() AS Traces, sum(toInt64(DurationNs)) AS SumNs,
            toUnixTimestamp64Nano(min(Start)) AS FirstNs, toUnixTimestamp64Nano(max(Start)) AS LastNs,
            quantilesExactState(0.5, 0.95)(DurationNs) AS Durations
        FROM ($selected)
        WHERE Variant != ''
        GROUP BY RootName, Variant, Release, BucketNs
    )
)
ORDER BY Traces DESC, RootName, Variant, Release, BucketNs
LIMIT {limit:UInt32}
