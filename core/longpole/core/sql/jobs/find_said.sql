-- What the calls of some traces said, for the finders: see said_in_calls. Kind and Model as the
-- normalised span has them; at most {limit:UInt32} calls, earliest first, and of each no more than
-- {bytes:UInt64} bytes.
SELECT
    raw.TraceId AS TraceId, raw.SpanId AS SpanId, call.Kind AS Kind, call.Model AS Model,
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
INNER JOIN (
    SELECT DISTINCT TraceId, SpanId, Kind, Model
    FROM span_facts
    WHERE Start >= fromUnixTimestamp64Nano({from_ns:Int64})
        AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
        AND Kind IN ('llm', 'tool', 'retriever', 'embedding', 'reranker')
        AND TraceId IN {ids:Array(String)}
) AS call ON raw.TraceId = call.TraceId AND raw.SpanId = call.SpanId
WHERE raw.Timestamp >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND raw.Timestamp < fromUnixTimestamp64Nano({to_ns:Int64})
    AND raw.TraceId IN {ids:Array(String)}
    AND arraySum(text -> length(text), mapValues(raw.SpanAttributes)) <= {bytes:UInt64}
ORDER BY raw.Timestamp
LIMIT 1 BY raw.TraceId, raw.SpanId
LIMIT {limit:UInt32}
