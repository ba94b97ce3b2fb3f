-- What each step did and cost, on the path or off it.
SELECT
    Step, Kind, count() AS Spans, countIf(IsError) AS Errors, uniqExact(TraceId) AS Traces,
    sum(DragNs) AS DragNs, sumIf(coalesce(InputTokens, 0), Counted) AS InputTokens,
    sumIf(coalesce(OutputTokens, 0), Counted) AS OutputTokens,
    toFloat64(sumIf(CostUsd, Counted)) AS CostUsd
FROM span_facts FINAL
GROUP BY Step, Kind
ORDER BY Step, Kind
