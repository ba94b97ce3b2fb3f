-- Every log record that was written in a span, earliest first.
SELECT
    toValidUTF8(TraceId) AS TraceId, toValidUTF8(SpanId) AS SpanId,
    toValidUTF8(if(EventName != '', EventName, LogAttributes['event.name'])) AS Event,
    toValidUTF8(Body) AS Body,
    arrayMap(text -> toValidUTF8(text), mapKeys(LogAttributes)) AS Keys,
    arrayMap(text -> toValidUTF8(text), mapValues(LogAttributes)) AS Values
FROM otel_logs
WHERE TraceId != '' AND SpanId != ''
ORDER BY Timestamp
