-- Everything that is known of each span: its own row, and what its whole trace tells.
SELECT
    spans.TraceId AS TraceId, spans.SpanId AS SpanId, spans.ParentSpanId AS ParentSpanId,
    spans.Name AS Name, spans.Kind AS Kind, Dialect, spans.Operation AS Operation,
    facts.Provider AS Provider, ProviderRaw, ProviderInferred, Framework, RequestModel,
    ResponseModel, facts.Model AS Model, facts.InputTokens AS InputTokens,
    facts.CacheReadTokens AS CacheReadTokens, facts.CacheWriteTokens AS CacheWriteTokens,
    facts.OutputTokens AS OutputTokens, facts.ReasoningTokens AS ReasoningTokens,
    facts.InputAudioTokens AS InputAudioTokens, facts.InputImageTokens AS InputImageTokens,
    facts.OutputAudioTokens AS OutputAudioTokens, facts.OutputImageTokens AS OutputImageTokens,
    if(isNull(facts.InputTokens + facts.OutputTokens), spans.TotalTokens,
        facts.InputTokens + facts.OutputTokens) AS TotalTokens,
    UsageScope, Counted, CostUsd, CostInputUsd, CostOutputUsd, CostSource,
    facts.ReportedCostUsd AS ReportedCostUsd, ComputedCostUsd, PriceSource,
    facts.ServiceTier AS ServiceTier, facts.Streaming AS Streaming, facts.TtftS AS TtftS,
    facts.TtftSource AS TtftSource, facts.QueueS AS QueueS, facts.PrefillS AS PrefillS,
    facts.DecodeS AS DecodeS, EngineE2eS, facts.TpotS AS TpotS,
    FinishReasons, AgentName, AgentId, Agent, facts.Workflow AS Workflow, spans.ToolName AS ToolName, ToolType,
    ToolCallId, McpMethod, McpSessionId, facts.SessionId AS SessionId, facts.UserId AS UserId,
    Tags, ResponseId, RequestId, PromptName, PromptVersion, Temperature, TopP, MaxTokens, Seed,
    facts.ErrorType AS ErrorType, RetrievalQuery, RetrievalCount,
    spans.Environment AS Environment, spans.Release AS Release, facts.Step AS Step,
    spans.IsError AS IsError, Notes
FROM spans FINAL
INNER JOIN
(
    SELECT * FROM span_facts FINAL
) AS facts
    ON spans.Project = facts.Project AND spans.TraceId = facts.TraceId
        AND spans.SpanId = facts.SpanId
ORDER BY spans.Project, spans.TraceId, spans.Start, spans.SpanId
