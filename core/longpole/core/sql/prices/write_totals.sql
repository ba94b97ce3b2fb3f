-- New rows of the traces whose spans add up to another cost than their row says.
INSERT INTO traces
WITH summed AS
(
    SELECT
        Project,
        TraceId,
        accurateCastOrNull(sumOrNullIf(span_facts.CostUsd, Counted), 'Decimal(18, 9)') AS Cost,
        toUInt32(countIf(
            Counted AND UsageScope = 'call' AND span_facts.CostUsd IS NULL
            AND ifNull(span_facts.InputTokens, 0) + ifNull(span_facts.OutputTokens, 0) > 0
        )) AS Unpriced
    FROM span_facts FINAL
    WHERE Project IN {projects:Array(String)} AND TraceId IN {ids:Array(String)}
    GROUP BY Project, TraceId
)
SELECT t.* REPLACE (
    s.Cost AS CostUsd,
    s.Unpriced AS UnpricedCalls,
    greatest({version:UInt64}, t.Version + 1) AS Version
)
FROM
(
    SELECT * FROM traces FINAL
    WHERE
        toDate(Start) = {day:Date}
        AND Project IN {projects:Array(String)}
        AND TraceId IN {ids:Array(String)}
) AS t
INNER JOIN summed AS s ON t.Project = s.Project AND t.TraceId = s.TraceId
WHERE
    t.IsDeleted = 0
    AND (
        t.UnpricedCalls != s.Unpriced
        OR (t.CostUsd IS NULL) != (s.Cost IS NULL)
        OR ifNull(t.CostUsd != s.Cost, false)
    )
