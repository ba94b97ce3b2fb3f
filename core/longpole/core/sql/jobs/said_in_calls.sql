-- What the model calls of a time range said, for longpole.core.messages.content_hashes: at most
-- {limit:UInt32} calls, earliest first, with the hashes that ingest made where it kept no content.
SELECT
    raw.TraceId AS TraceId, raw.SpanId AS SpanId,
    raw.SpanAttributes['longpole.content.hash'] AS ContentHash,
    raw.SpanAttributes['longpole.prompt.prefix_hashes'] AS PrefixHashes,
    arrayMap(text -> toValidUTF8(text), mapKeys(raw.SpanAttributes)) AS SpanKeys,
    arrayMap(text -> toValidUTF8(text), mapValues(raw.SpanAttributes)) AS SpanValues,
    arrayMap(text -> toValidUTF8(text), raw.`Events.Name`) AS EventNames,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapKeys(entry)), raw.`Events.Attributes`)
        AS EventKeys,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapValues(entry)), raw.`Events.Attributes`)
        AS EventValues
FROM otel_traces AS raw
WHERE raw.Project = {project:String}
    AND raw.Timestamp >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND raw.Timestamp < fromUnixTimestamp64Nano({to_ns:Int64})
    AND (raw.TraceId, raw.SpanId) IN (
        SELECT TraceId, SpanId FROM spans
        WHERE Project = {project:String} AND Kind = 'llm'
            AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
            AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
    )
ORDER BY raw.Timestamp
LIMIT 1 BY raw.TraceId, raw.SpanId
LIMIT {limit:UInt32}
