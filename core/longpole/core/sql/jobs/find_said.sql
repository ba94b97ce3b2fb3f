-- What models, tools and retrievals of a time range were asked, latest first, of the traces that
-- jobs/find_calls reads: at most {limit:UInt32} calls.
SELECT
    raw.TraceId AS TraceId, raw.SpanId AS SpanId,
    raw.SpanAttributes['longpole.prompt.prefix_hashes'] AS PrefixHashes,
    arrayMap(text -> toValidUTF8(text), mapKeys(raw.SpanAttributes)) AS SpanKeys,
    arrayMap(text -> toValidUTF8(text), mapValues(raw.SpanAttributes)) AS SpanValues,
    arrayMap(text -> toValidUTF8(text), raw.`Events.Name`) AS EventNames,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapKeys(entry)), raw.`Events.Attributes`)
        AS EventKeys,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapValues(entry)), raw.`Events.Attributes`)
        AS EventValues
FROM otel_traces AS raw
WHERE raw.Timestamp >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND raw.Timestamp < fromUnixTimestamp64Nano({to_ns:Int64})
    AND (raw.TraceId, raw.SpanId) IN (
        SELECT TraceId, SpanId FROM spans
        WHERE Kind IN ('llm', 'embedding', 'tool', 'retrieval')
            AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
            AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
            AND cityHash64(TraceId) % {one_in:UInt32} = 0
    )
ORDER BY raw.Timestamp DESC
LIMIT 1 BY raw.TraceId, raw.SpanId
LIMIT {limit:UInt32}
