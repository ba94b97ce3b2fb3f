-- One span as it was sent: the longest where an id was sent twice, as assembly keeps it.
WITH (
    SELECT (min(Start), max(End)) FROM otel_traces_trace_id_ts WHERE TraceId = {trace:String}
) AS seen
SELECT
    toUnixTimestamp64Nano(Timestamp) AS StartNs, Duration, ParentSpanId, TraceState,
    SpanName, SpanKind, ServiceName, ScopeName, ScopeVersion, StatusCode, StatusMessage,
    mapKeys(ResourceAttributes) AS ResourceKeys, mapValues(ResourceAttributes) AS ResourceValues,
    mapKeys(SpanAttributes) AS SpanKeys, mapValues(SpanAttributes) AS SpanValues,
    arrayMap(at -> toUnixTimestamp64Nano(at), `Events.Timestamp`) AS EventNs,
    `Events.Name` AS EventNames,
    arrayMap(entry -> mapKeys(entry), `Events.Attributes`) AS EventKeys,
    arrayMap(entry -> mapValues(entry), `Events.Attributes`) AS EventValues,
    `Links.TraceId` AS LinkTraces,
    `Links.SpanId` AS LinkSpans,
    toUnixTimestamp64Milli(IngestedAt) AS IngestedMs
FROM otel_traces
WHERE Project = {project:String}
    AND TraceId = {trace:String}
    AND SpanId = {span:String}
    AND Timestamp BETWEEN seen.1 AND seen.2 + 1
ORDER BY Duration DESC, IngestedAt DESC
LIMIT 1
