-- What model calls and tools of whole traces said, in full: at most {limit:UInt32} spans, earliest
-- first, and of each no more than {bytes:UInt64} bytes. Only those that said anything.
SELECT
    call.Project AS Project, raw.TraceId AS TraceId, raw.SpanId AS SpanId, call.Kind AS Kind,
    call.Name AS Name, call.ToolName AS ToolName, call.ToolCallId AS ToolCallId,
    call.StartNs AS StartNs, call.EndNs AS EndNs,
    arrayMap(text -> toValidUTF8(text), mapKeys(raw.SpanAttributes)) AS SpanKeys,
    arrayMap(text -> toValidUTF8(text), mapValues(raw.SpanAttributes)) AS SpanValues,
    arrayMap(text -> toValidUTF8(text), raw.`Events.Name`) AS EventNames,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapKeys(entry)), raw.`Events.Attributes`)
        AS EventKeys,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapValues(entry)), raw.`Events.Attributes`)
        AS EventValues
FROM otel_traces AS raw
INNER JOIN (
    SELECT
        Project, TraceId, SpanId, Kind, Name, ToolName, ToolCallId,
        toUnixTimestamp64Nano(Start) AS StartNs,
        toUnixTimestamp64Nano(Start) + toInt64(DurationNs) AS EndNs
    FROM spans
    WHERE Start >= fromUnixTimestamp64Nano({from_ns:Int64})
        AND Start <= fromUnixTimestamp64Nano({to_ns:Int64})
        AND TraceId IN {ids:Array(String)}
        AND Kind IN ('llm', 'tool')
    LIMIT 1 BY Project, TraceId, SpanId
) AS call
    ON raw.Project = call.Project AND raw.TraceId = call.TraceId AND raw.SpanId = call.SpanId
WHERE raw.Timestamp >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND raw.Timestamp <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND raw.TraceId IN {ids:Array(String)}
    AND arraySum(text -> length(text), mapValues(raw.SpanAttributes)) <= {bytes:UInt64}
ORDER BY raw.Timestamp, raw.TraceId, raw.SpanId
LIMIT 1 BY raw.Project, raw.TraceId, raw.SpanId
LIMIT {limit:UInt32}
