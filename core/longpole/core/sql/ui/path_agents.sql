-- Who calls whom: agents and the agents, tools and models below them. An agent's caller is the agent
-- around the span above it.
WITH
    chosen AS (SELECT DISTINCT TraceId FROM ($selected)),
    facts AS (
        SELECT
            TraceId, SpanId, ParentSpanId, toString(Agent) AS Agent, toString(Kind) AS Kind,
            toString(Model) AS Model, toString(if(ToolName != '', ToolName, Step)) AS Tool,
            DurationNs AS Lasted, PathNs AS OnPath, Counted, CostUsd AS Usd, InputTokens AS Input,
            OutputTokens AS Output, IsError
        FROM span_facts FINAL
        WHERE Project = {project:String} AND TraceId IN (SELECT TraceId FROM chosen)
            AND Start >= fromUnixTimestamp64Nano({from_ns:Int64})
            AND Start < fromUnixTimestamp64Nano({to_ns:Int64}) + INTERVAL 1 DAY
    ),
    callers AS (
        SELECT TraceId, SpanId AS ParentSpanId, Agent AS Caller
        FROM facts
        WHERE (TraceId, SpanId) IN (SELECT TraceId, ParentSpanId FROM facts WHERE Kind = 'agent')
    )
SELECT
    if(Kind = 'agent', ifNull(Caller, ''), Agent) AS Source,
    multiIf(Kind = 'agent', 'agent', Kind IN ('llm', 'embedding', 'reranker'), 'model', 'tool') AS TargetKind,
    multiIf(TargetKind = 'agent', Agent, TargetKind = 'model', Model, Tool) AS Target,
    count() AS Calls, countIf(IsError) AS Errors, uniqExact(TraceId) AS Traces,
    sum(Lasted) AS DurationNs, sum(OnPath) AS PathNs,
    sumIf(ifNull(Input, 0), Counted) AS InputTokens,
    sumIf(ifNull(Output, 0), Counted) AS OutputTokens,
    toFloat64(sumIf(ifNull(Usd, 0), Counted)) AS CostUsd,
    countIf(Counted AND Usd IS NOT NULL) AS PricedCalls
FROM facts
LEFT JOIN callers USING (TraceId, ParentSpanId)
WHERE Kind IN ('agent', 'llm', 'embedding', 'reranker', 'tool', 'retriever')
GROUP BY Source, TargetKind, Target
HAVING NOT (TargetKind = 'agent' AND Source = Target)
ORDER BY PathNs DESC, Calls DESC, Source, Target
LIMIT {limit:UInt32}
