-- The attributes and events of every span, as longpole.core.messages.read_row reads them.
SELECT
    toValidUTF8(TraceId) AS TraceId, toValidUTF8(SpanId) AS SpanId,
    arrayMap(text -> toValidUTF8(text), mapKeys(SpanAttributes)) AS SpanKeys,
    arrayMap(text -> toValidUTF8(text), mapValues(SpanAttributes)) AS SpanValues,
    arrayMap(text -> toValidUTF8(text), `Events.Name`) AS EventNames,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapKeys(entry)), `Events.Attributes`)
        AS EventKeys,
    arrayMap(entry -> arrayMap(text -> toValidUTF8(text), mapValues(entry)), `Events.Attributes`)
        AS EventValues
FROM otel_traces
