-- The steps of a time range from five-minute rows, the largest part of the critical path first. Model
-- calls that only metrics tell of come after them: a service, operation and model that has spans in
-- the range is left out, since both tell of the same calls. Metrics know no agent.
WITH
    Bucket >= toDateTime(greatest(intDiv({from_ns:Int64}, 1000000000) - 300, 0))
        AND Bucket < toDateTime(intDiv({to_ns:Int64}, 1000000000)) AS IsInRange,
    covered AS (
        SELECT DISTINCT Service, Operation, Model
        FROM step_rollup_5m FINAL
        WHERE Project = {project:String} AND Operation != 'request' AND Calls > 0 AND IsInRange
    )
SELECT * FROM
(
    SELECT
        'spans' AS Source, Service, Agent, Step, Kind, '' AS OnlyModel,
        sum(r.Calls) AS Calls, sum(r.Errors) AS Errors,
        sum(r.ModelCalls) AS ModelCalls, sum(r.UnpricedCalls) AS UnpricedCalls,
        sum(r.InputTokens) AS InputTokens, sum(r.OutputTokens) AS OutputTokens,
        toFloat64(sum(r.CostUsd)) AS CostUsd,
        sum(r.DurationNs) AS DurationNs, sum(r.PathNs) AS PathNs,
        sumMap(r.DurationHist) AS DurationHist, sumMap(r.TtftHist) AS TtftHist,
        sumMap(r.TpotHist) AS TpotHist
    FROM step_rollup_5m AS r FINAL
    WHERE Project = {project:String} AND Operation != 'request' AND IsInRange
        AND ({service:String} = '' OR Service = {service:String})
        AND ({agent:String} = '' OR Agent = {agent:String})
    GROUP BY Service, Agent, Step, Kind
    UNION ALL
    SELECT
        'metrics' AS Source, Service, '' AS Agent, if(Operation = '', any(m.Kind), Operation) AS Step,
        any(m.Kind) AS Kind, Model AS OnlyModel,
        sum(m.Calls) AS Calls, sum(m.Errors) AS Errors,
        sum(m.Calls) AS ModelCalls, sum(m.Calls) AS UnpricedCalls,
        sum(m.InputTokens) AS InputTokens, sum(m.OutputTokens) AS OutputTokens,
        toFloat64(0) AS CostUsd,
        sum(m.DurationNs) AS DurationNs, toUInt64(0) AS PathNs,
        sumMap(m.DurationHist) AS DurationHist, sumMap(m.TtftHist) AS TtftHist,
        sumMap(m.TpotHist) AS TpotHist
    FROM metric_rollup_5m AS m FINAL
    WHERE Project = {project:String} AND IsInRange
        AND ({service:String} = '' OR Service = {service:String}) AND {agent:String} = ''
        AND (Service, Operation, Model) NOT IN (SELECT Service, Operation, Model FROM covered)
        AND NOT (Model = '' AND (Service, Operation) IN (SELECT Service, Operation FROM covered))
        AND NOT (Operation = '' AND (Service, Model) IN (SELECT Service, Model FROM covered))
    GROUP BY Service, Operation, Model
    HAVING Calls > 0 OR InputTokens > 0 OR OutputTokens > 0
)
ORDER BY Source DESC, PathNs DESC, Calls DESC, Step, OnlyModel
LIMIT {limit:UInt32}
