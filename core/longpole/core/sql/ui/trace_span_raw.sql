-- One span as it was sent: the longest where an id was sent twice, as assembly keeps it. A collector
-- that writes into the table itself may store any bytes; what is no text is shown as U+FFFD.
WITH (
    SELECT (min(Start), max(End)) FROM otel_traces_trace_id_ts WHERE TraceId = {trace:String}
) AS seen
SELECT
    toUnixTimestamp64Nano(Timestamp) AS StartNs, Duration,
    toValidUTF8(ParentSpanId) AS ParentSpanId, toValidUTF8(TraceState) AS TraceState,
    toValidUTF8(SpanName) AS SpanName, toValidUTF8(SpanKind) AS SpanKind,
    toValidUTF8(ServiceName) AS ServiceName,
    toValidUTF8(ScopeName) AS ScopeName, toValidUTF8(ScopeVersion) AS ScopeVersion,
    toValidUTF8(StatusCode) AS StatusCode, toValidUTF8(StatusMessage) AS StatusMessage,
    arrayMap(text -> toValidUTF8(text), mapKeys(ResourceAttributes)) AS ResourceKeys,
    arrayMap(text -> toValidUTF8(text), mapValues(ResourceAttributes)) AS ResourceValues,
    arrayMap(text -> toValidUTF8(text), mapKeys(SpanAttributes)) AS SpanKeys,
    arrayMap(text -> toValidUTF8(text), mapValues(SpanAttributes)) AS SpanValues,
    arrayMap(at -> toUnixTimestamp64Nano(at), `Events.Timestamp`) AS EventNs,
    arrayMap(text -> toValidUTF8(text), `Events.Name`) AS EventNames,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapKeys(entry)), `Events.Attributes`)
        AS EventKeys,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapValues(entry)), `Events.Attributes`)
        AS EventValues,
    arrayMap(text -> toValidUTF8(text), `Links.TraceId`) AS LinkTraces,
    arrayMap(text -> toValidUTF8(text), `Links.SpanId`) AS LinkSpans,
    toUnixTimestamp64Milli(IngestedAt) AS IngestedMs
FROM otel_traces
WHERE Project = {project:String}
    AND TraceId = {trace:String}
    AND SpanId = {span:String}
    AND Timestamp BETWEEN seen.1 AND toDateTime64(seen.2, 0) + 1
ORDER BY Duration DESC, IngestedAt DESC
LIMIT 1
