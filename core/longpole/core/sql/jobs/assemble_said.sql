-- What spans of whole traces made and what they were given, as short tokens: ids (`id:`) and hashes
-- of pieces of text (`text:`) of 32 letters and digits or more, so that no content leaves the store.
-- A piece ends at a quote, an escape or a line, so that it is the same however it is quoted.
-- made, used: patterns of attribute keys; `Both` is a list of messages that ends in the answer.
WITH
    arrayConcat(
        mapKeys(raw.SpanAttributes), arrayFlatten(arrayMap(
            (name, one) -> arrayMap(key -> concat(name, ' ', key), mapKeys(one)),
            arrayMap(name -> toString(name), raw.`Events.Name`), raw.`Events.Attributes`))
    ) AS Keys,
    arrayMap(text -> substring(text, 1, {bytes:UInt32}), arrayConcat(
        mapValues(raw.SpanAttributes),
        arrayFlatten(arrayMap(one -> mapValues(one), raw.`Events.Attributes`))
    )) AS Texts,
    '(?:\\bid|\\bcall_?[iI]d|tool_?[cC]all_?[iI]d|tool_?[uU]se_?[iI]d|previous_response_id)\\\\*["'']?\\s*[:=]\\s*\\\\*["'']([A-Za-z0-9_.:|/+-]{1,128})' AS IdPattern,
    '(?:^|[. ])(?:id|tool_call_id|tool_call\\.id)$' AS IdKey,
    arrayFilter((text, key) -> match(key, {made:String}), Texts, Keys) AS MadeTexts,
    arrayFilter((text, key) -> match(key, {used:String}), Texts, Keys) AS UsedTexts,
    arrayMap(text -> arrayStringConcat(arrayFilter(
        one -> position(one, 'gen_ai.choice') > 0, JSONExtractArrayRaw(text))),
        arrayFilter((text, key) -> match(key, '^events$'), Texts, Keys)) AS Answers,
    -- No regular expressions: this reads every byte of every prompt.
    text -> splitByChar('\n', replaceAll(translate(
        replaceAll(replaceAll(replaceAll(text, '\\n', '\n'), '\\r', '\n'), '\\t', '\n'),
        '\\"\'\r\t !#$%&()*+,-./:;<=>?@[]^_`{|}~', '\n\n\n\n\n                              '), ' ', '')) AS Pieces
SELECT
    raw.Project AS Project, raw.TraceId AS TraceId, raw.SpanId AS SpanId,
    arrayDistinct(arrayConcat(
        arrayMap(id -> concat('id:', id), arrayFlatten(
            arrayMap(text -> extractAll(text, IdPattern), arrayConcat(MadeTexts, Answers)))),
        arrayMap(id -> concat('id:', id), arrayFilter(
            (text, key) -> match(key, {made:String}) AND match(key, IdKey), Texts, Keys)),
        arrayMap(piece -> concat('text:', toString(cityHash64(piece))), arrayFilter(
            piece -> lengthUTF8(piece) >= 32, arrayFlatten(
                arrayMap(text -> Pieces(text), arrayConcat(MadeTexts, Answers)))))
    )) AS Made,
    arrayDistinct(arrayConcat(
        arrayMap(id -> concat('id:', id), arrayFlatten(
            arrayMap(text -> extractAll(text, IdPattern), UsedTexts))),
        arrayMap(id -> concat('id:', id), arrayFilter(
            (text, key) -> match(key, {used:String}) AND match(key, IdKey), Texts, Keys)),
        arrayMap(piece -> concat('text:', toString(cityHash64(piece))), arrayFilter(
            piece -> lengthUTF8(piece) >= 32, arrayFlatten(
                arrayMap(text -> Pieces(text), UsedTexts))))
    )) AS Used
FROM otel_traces AS raw
WHERE raw.Timestamp >= fromUnixTimestamp64Nano({from_ns:Int64})
    AND raw.Timestamp <= fromUnixTimestamp64Nano({to_ns:Int64})
    AND raw.TraceId IN {ids:Array(String)}
    AND (raw.TraceId, raw.SpanId) IN (
        SELECT TraceId, SpanId FROM spans
        WHERE Start >= fromUnixTimestamp64Nano({from_ns:Int64})
            AND Start <= fromUnixTimestamp64Nano({to_ns:Int64})
            AND TraceId IN {ids:Array(String)}
            AND Kind IN {kinds:Array(String)}
    )
    AND (notEmpty(Made) OR notEmpty(Used))
LIMIT 1 BY raw.Project, raw.TraceId, raw.SpanId
