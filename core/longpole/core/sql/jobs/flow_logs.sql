-- Log records in which model calls of whole traces said something, earliest first: at most
-- {limit:UInt32}, each of no more than {bytes:UInt64} bytes.
SELECT
    Project, toValidUTF8(TraceId) AS TraceId, toValidUTF8(SpanId) AS SpanId,
    toValidUTF8(if(EventName != '', EventName, LogAttributes['event.name'])) AS Event,
    toValidUTF8(Body) AS Body,
    arrayMap(text -> toValidUTF8(text), mapKeys(LogAttributes)) AS Keys,
    arrayMap(text -> toValidUTF8(text), mapValues(LogAttributes)) AS Values
FROM otel_logs
WHERE TimestampTime >= toDateTime64(fromUnixTimestamp64Nano({from_ns:Int64}), 0)
    AND TimestampTime <= toDateTime64(fromUnixTimestamp64Nano({to_ns:Int64}), 0)
    AND TraceId IN {ids:Array(String)} AND SpanId != ''
    AND startsWith(Event, 'gen_ai.')
    AND length(Body) + arraySum(text -> length(text), mapValues(LogAttributes)) <= {bytes:UInt64}
ORDER BY Timestamp
LIMIT {limit:UInt32}
