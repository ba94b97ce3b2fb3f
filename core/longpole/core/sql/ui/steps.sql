-- The steps of a time range from five-minute rows, the largest part of the critical path first.
SELECT
    Service, Agent, Step, Kind,
    sum(r.Calls) AS Calls, sum(r.Errors) AS Errors,
    sum(r.ModelCalls) AS ModelCalls, sum(r.UnpricedCalls) AS UnpricedCalls,
    sum(r.InputTokens) AS InputTokens, sum(r.OutputTokens) AS OutputTokens,
    toFloat64(sum(r.CostUsd)) AS CostUsd,
    sum(r.DurationNs) AS DurationNs, sum(r.PathNs) AS PathNs,
    sumMap(r.DurationHist) AS DurationHist, sumMap(r.TtftHist) AS TtftHist
FROM step_rollup_5m AS r FINAL
WHERE Project = {project:String} AND Operation != 'request'
    AND Bucket >= toDateTime(greatest(intDiv({from_ns:Int64}, 1000000000) - 300, 0))
    AND Bucket < toDateTime(intDiv({to_ns:Int64}, 1000000000))
    AND ({service:String} = '' OR Service = {service:String})
    AND ({agent:String} = '' OR Agent = {agent:String})
GROUP BY Service, Agent, Step, Kind
ORDER BY PathNs DESC, Calls DESC, Step
LIMIT {limit:UInt32}
