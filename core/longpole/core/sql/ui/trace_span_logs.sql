-- The log records of one span, earliest first: at most {limit:UInt32} and about {bytes:UInt64} bytes of
-- them, each text cut to {text:UInt32} bytes. Clocks of other machines may be a day off. A collector
-- may store any bytes; what is no text is shown as U+FFFD.
WITH
    (
        SELECT (toDateTime64(min(Start), 0), toDateTime64(max(End), 0))
        FROM otel_traces_trace_id_ts WHERE TraceId = {trace:String}
    ) AS seen,
    Project = {project:String} AND TraceId = {trace:String} AND SpanId = {span:String}
        AND (toUnixTimestamp64Second(seen.2) = 0
            OR (TimestampTime >= seen.1 - 86400 AND TimestampTime <= seen.2 + 86400)) AS IsOfSpan
SELECT
    AtNs, Severity, SeverityNumber, Event, Scope, BodyText, AttributeKeys, AttributeValues,
    (SELECT count() FROM otel_logs WHERE IsOfSpan) AS Records
FROM
(
    SELECT
        *,
        sum(length(BodyText) + arraySum(text -> length(text), AttributeKeys)
            + arraySum(text -> length(text), AttributeValues))
            OVER (ORDER BY AtNs, Tie ROWS UNBOUNDED PRECEDING) AS BytesSoFar
    FROM
    (
        SELECT
            toUnixTimestamp64Nano(Timestamp) AS AtNs,
            toValidUTF8(SeverityText) AS Severity,
            SeverityNumber,
            toValidUTF8(substring(
                if(EventName != '', EventName, LogAttributes['event.name']), 1, 300)) AS Event,
            toValidUTF8(substring(ScopeName, 1, 300)) AS Scope,
            toValidUTF8(substring(Body, 1, {text:UInt32})) AS BodyText,
            arrayMap(key -> toValidUTF8(substring(toString(key), 1, 300)),
                arraySlice(mapKeys(LogAttributes), 1, 200)) AS AttributeKeys,
            arrayMap(value -> toValidUTF8(substring(value, 1, {text:UInt32})),
                arraySlice(mapValues(LogAttributes), 1, 200)) AS AttributeValues,
            cityHash64(Body, LogAttributes) AS Tie
        FROM otel_logs
        WHERE IsOfSpan
        ORDER BY AtNs, Tie
        LIMIT {limit:UInt32}
    )
)
WHERE BytesSoFar <= {bytes:UInt64}
ORDER BY AtNs, Tie
