-- Attributes of the newest GenAI spans that no row of the mapping reads. Numbers inside keys become
-- N; {known} are keys and {known_prefixes} beginnings of keys that are read, hold content, or say
-- nothing of a model call. A sample of the newest keeps the answer fast however much there is, and
-- no service fills it alone.
WITH sample AS (
    SELECT TraceId, SpanId, Service, Dialect, Start
    FROM (
        SELECT TraceId, SpanId, Service, Dialect, Start
        FROM spans
        WHERE Project = {project:String} AND Kind != 'other'
            AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
            AND Start < fromUnixTimestamp64Nano({to_ns:Int64})
        ORDER BY Start DESC
        LIMIT 10 * {sample:UInt32}
    )
    ORDER BY Start DESC
    LIMIT 1000 BY Service, Dialect
    LIMIT {sample:UInt32}
)
SELECT
    sample.Service AS Service, sample.Dialect AS Dialect,
    replaceRegexpAll(toValidUTF8(substring(Attribute.1, 1, 200)), '\\.[0-9]+(\\.|$)', '.N\\1') AS Field,
    uniqExact(raw.TraceId, raw.SpanId) AS Spans,
    anyLast(substringUTF8(toValidUTF8(Attribute.2), 1, 120)) AS Example
FROM (
    SELECT TraceId, SpanId, SpanAttributes
    FROM otel_traces
    WHERE Project = {project:String}
        AND Timestamp BETWEEN (SELECT min(Start) FROM sample) AND (SELECT max(Start) FROM sample)
        AND (TraceId, SpanId) IN (SELECT TraceId, SpanId FROM sample)
) AS raw
INNER JOIN sample ON raw.TraceId = sample.TraceId AND raw.SpanId = sample.SpanId
ARRAY JOIN arrayFilter(
    pair -> NOT has({known:Array(String)}, pair.1)
        AND NOT arrayExists(start -> startsWith(pair.1, start), {known_prefixes:Array(String)}),
    arrayZip(mapKeys(raw.SpanAttributes), mapValues(raw.SpanAttributes))
) AS Attribute
GROUP BY Service, Dialect, Field
ORDER BY Spans DESC, Service, Field
LIMIT 200
