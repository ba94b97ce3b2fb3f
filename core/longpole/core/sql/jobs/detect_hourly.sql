-- Hourly sums of every step with counted model calls, and of requests, for the drift detector.
SELECT
    Project, Service, Agent, Step, Model, Kind,
    toInt64(toUnixTimestamp(toStartOfHour(Bucket))) AS Hour,
    toFloat64(sum(step_rollup_5m.Calls)) AS Calls,
    toFloat64(sum(step_rollup_5m.ModelCalls)) AS ModelCalls,
    toFloat64(sum(step_rollup_5m.InputTokens)) AS InputTokens,
    toFloat64(sum(step_rollup_5m.OutputTokens)) AS OutputTokens,
    toFloat64(sum(step_rollup_5m.CostUsd)) AS CostUsd,
    toFloat64(sum(step_rollup_5m.UnpricedCalls)) AS UnpricedCalls
FROM step_rollup_5m FINAL
WHERE Bucket >= toDateTime({from_s:Int64}) AND Bucket <= toDateTime({now_s:Int64})
    AND step_rollup_5m.Calls > 0 AND (step_rollup_5m.ModelCalls > 0 OR Kind = 'request')
GROUP BY Project, Service, Agent, Step, Model, Kind, Hour
