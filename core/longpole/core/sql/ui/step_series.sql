-- One step over time, in steps of {step_s:UInt32} seconds. Empty names stand for "any".
SELECT
    toUnixTimestamp(toStartOfInterval(Bucket, toIntervalSecond({step_s:UInt32}))) AS AtS,
    sum(r.Calls) AS Calls, sum(r.Traces) AS Traces, sum(r.Errors) AS Errors,
    sum(r.InputTokens) AS InputTokens, sum(r.OutputTokens) AS OutputTokens,
    toFloat64(sum(r.CostUsd)) AS CostUsd,
    sumMap(r.DurationHist) AS DurationHist, sumMap(r.SelfHist) AS SelfHist,
    sumMap(r.TtftHist) AS TtftHist, sumMap(r.TpotHist) AS TpotHist
FROM step_rollup_5m AS r FINAL
WHERE Project = {project:String}
    AND ({service:String} = '' OR Service = {service:String})
    AND ({agent:String} = '' OR Agent = {agent:String})
    AND ({step:String} = '' OR Step = {step:String})
    AND (Operation = {operation:String} OR ({operation:String} = '' AND Operation != 'request'))
    AND ({model:String} = '' OR Model = {model:String})
    AND Bucket >= toDateTime({from_s:UInt32}) AND Bucket < toDateTime({to_s:UInt32})
GROUP BY AtS
ORDER BY AtS
