-- One step over time, in steps of {step_s:UInt32} seconds, with the requests of its service (and
-- of all services, for a step whose service has no root of its own). Empty names stand for "any".
WITH
    ({service:String} = '' OR Service = {service:String})
    AND ({agent:String} = '' OR Agent = {agent:String})
    AND ({step:String} = '' OR Step = {step:String})
    AND ({model:String} = '' OR Model = {model:String})
    AND (Operation = {operation:String} OR ({operation:String} = '' AND Operation != 'request'))
        AS IsStep
SELECT
    toUnixTimestamp(toStartOfInterval(Bucket, toIntervalSecond({step_s:UInt32}))) AS AtS,
    sumIf(r.Calls, IsStep) AS Calls, sumIf(r.Errors, IsStep) AS Errors,
    sumIf(r.InputTokens, IsStep) AS InputTokens, sumIf(r.OutputTokens, IsStep) AS OutputTokens,
    toFloat64(sumIf(r.CostUsd, IsStep)) AS CostUsd,
    sumMapIf(r.DurationHist, IsStep) AS DurationHist, sumMapIf(r.SelfHist, IsStep) AS SelfHist,
    sumMapIf(r.TtftHist, IsStep) AS TtftHist, sumMapIf(r.TpotHist, IsStep) AS TpotHist,
    sumIf(r.Calls, Operation = 'request' AND Service = {service:String}) AS ServiceRequests,
    sumIf(r.Calls, Operation = 'request') AS AllRequests
FROM step_rollup_5m AS r FINAL
WHERE Project = {project:String}
    AND (IsStep OR Operation = 'request')
    AND Bucket >= toDateTime({from_s:UInt32}) AND Bucket < toDateTime({to_s:UInt32})
GROUP BY AtS
HAVING Calls > 0
ORDER BY AtS
