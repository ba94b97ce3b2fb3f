-- Data points of exponential GenAI histograms, of the series of one part. Buckets are left out where
-- they are very many or do not fit the count, and below zero; a point with a count beyond reason is
-- none.
SELECT
    Project,
    substringUTF8(toValidUTF8(ServiceName), 1, 200) AS Service,
    cityHash64(
        Project, ServiceName, MetricName, MetricUnit, mapSort(ResourceAttributes), ScopeName,
        ScopeVersion, mapSort(ScopeAttributes), mapSort(Attributes)) AS Series,
    MetricName AS Metric,
    toValidUTF8(MetricUnit) AS Unit,
    AggregationTemporality AS Temporality,
    toUnixTimestamp64Nano(StartTimeUnix) AS StartNs,
    toUnixTimestamp64Nano(TimeUnix) AS TimeNs,
    toValidUTF8(substring(Attributes['gen_ai.operation.name'], 1, 200)) AS Operation,
    toValidUTF8(substring(
        if(Attributes['gen_ai.response.model'] != '', Attributes['gen_ai.response.model'],
            Attributes['gen_ai.request.model']), 1, 200)) AS Model,
    toValidUTF8(substring(lower(
        if(Attributes['gen_ai.provider.name'] != '', Attributes['gen_ai.provider.name'],
            Attributes['gen_ai.system'])), 1, 200)) AS Provider,
    toValidUTF8(substring(Attributes['gen_ai.token.type'], 1, 200)) AS TokenType,
    toBool(Attributes['error.type'] != '') AS IsError,
    Count, Sum, Min, Max, Scale,
    PositiveOffset AS Offset,
    if(length(PositiveBucketCounts) <= {cells:UInt32} AND arrayMax(PositiveBucketCounts) <= Count,
        PositiveBucketCounts, []) AS Counts
FROM otel_metrics_exponential_histogram
WHERE MetricName IN {metrics:Array(String)}
    AND TimeUnix > fromUnixTimestamp64Nano({from_ns:Int64})
    AND TimeUnix <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND bitAnd(Flags, 1) = 0 AND Count <= 1000000000000
    AND Series % {parts:UInt64} = {part:UInt64}
