"""The columns of table `spans`, in its order."""

from __future__ import annotations

from longpole.core.semconv.compile.sqltext import (
    Columns,
    all_of,
    any_of,
    first_text,
    lookup,
    quote,
)
from longpole.core.semconv.model import SemanticMapping

STEP_LENGTH = 200
MESSAGE_LENGTH = 4096
# Ids, numbers and hex in a span name would make every call a step of its own.
CHANGING = (
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    "|[0-9a-fA-F]{8,}|[0-9]+"
)
MODALITIES = ("InputAudioTokens", "InputImageTokens", "OutputAudioTokens", "OutputImageTokens")
RESPONSE_ID = "resp_"
STREAMED = ".doStream"  # how the AI SDK's operations on streams end
ERROR = "StatusCode IN ['Error', 'STATUS_CODE_ERROR']"


def stage(mapping: SemanticMapping) -> Columns:
    """The outermost SELECT list."""
    return {
        **_place(), **_time(), **_error(), **_model(mapping), **_engine(), **_settings(), **_work(),
    }  # fmt: skip


def _place() -> Columns:
    is_known = all_of("SaidProcessId != ''", any_of("SaidContainer != ''", "SaidHost != ''"))
    host = first_text(["SaidContainer", "SaidHost"])
    masked = f"replaceRegexpAll(CleanName, '{CHANGING}', '*')"
    tool = all_of("Kind = 'tool'", "ToolName != ''")
    agent = all_of("Kind = 'agent'", "AgentName != ''")
    label = (
        f"multiIf({tool}, ToolName, "
        f"{agent}, AgentName, "
        f"Kind IN ['llm', 'embedding', 'reranker'], Operation, CleanName = '', Kind, {masked})"
    )
    return {
        "Project": "Project",
        "Service": f"substringUTF8(toValidUTF8(ServiceName), 1, {STEP_LENGTH})",
        "Environment": "SaidEnvironment",
        "Release": "SaidRelease",
        "Process": "multiIf(SaidServiceInstance != '', SaidServiceInstance, "
        f"{is_known}, concat({host}, ':', SaidProcessId), "
        "SaidContainer)",
        "Kind": "Kind",
        "Dialect": "Dialect",
        "Operation": first_text(["SaidOperation", "Kind"]),
        "Step": f"substringUTF8({label}, 1, {STEP_LENGTH})",
        "Name": "CleanName",
    }


def _time() -> Columns:
    same_trace = (
        "arrayMap(id -> toValidUTF8(id), arrayFilter((id, trace) -> "
        "toValidUTF8(trace) = toValidUTF8(TraceId), `Links.SpanId`, `Links.TraceId`))"
    )
    return {
        "SpanKind": "toValidUTF8(SpanKind)",
        "Start": "Timestamp",
        "DurationNs": "Duration",
        "TraceId": "toValidUTF8(TraceId)",
        "SpanId": "toValidUTF8(SpanId)",
        "ParentSpanId": "toValidUTF8(ParentSpanId)",
        "LinkedSpanIds": same_trace,
    }


def _error() -> Columns:
    return {
        "IsError": any_of(ERROR, "SaysError"),
        "EndsBeforeStart": "ifNull(SaidEndsBeforeStart, false)",
        "ErrorType": "if(IsError, SaidErrorType, '')",
        "StatusMessage": f"substringUTF8(toValidUTF8(StatusMessage), 1, {MESSAGE_LENGTH})",
    }


def _model(mapping: SemanticMapping) -> Columns:
    shown = all_of(
        "isNull(SaidStreaming)",
        any_of("isNotNull(TtftS)", f"endsWith(SaidOperation, {quote(STREAMED)})"),
    )
    reason = lookup("lower(reason)", mapping.finish_reasons, "lower(reason)")
    return {
        "Provider": "Provider",
        "ProviderRaw": "SaidProviderRaw",
        "ProviderInferred": "ProviderInferred",
        "Framework": "Framework",
        "RequestModel": "SaidRequestModel",
        "ResponseModel": "SaidResponseModel",
        "Model": "Model",
        "InputTokens": "InputTokens",
        "OutputTokens": "OutputTokens",
        "CacheReadTokens": "SaidCacheReadTokens",
        "CacheWriteTokens": "SaidCacheWriteTokens",
        "ReasoningTokens": "SaidReasoningTokens",
        "TotalTokens": "TotalTokens",
        **{name: f"Said{name}" for name in MODALITIES},
        "CacheWrite1hTokens": "SaidCacheWrite1hTokens",
        "ReportedCostUsd": "coalesce(SaidReportedCostUsd, "
        "SaidReportedInputCostUsd + SaidReportedOutputCostUsd)",
        "ReportedInputCostUsd": "SaidReportedInputCostUsd",
        "ReportedOutputCostUsd": "SaidReportedOutputCostUsd",
        "ServiceTier": "lower(SaidServiceTier)",
        "Streaming": f"if({shown}, true, SaidStreaming)",
        "TtftS": "coalesce(SaidTtft, SaidTtftMoment, SaidTtftEvent)",
        "TtftSource": "multiIf(isNotNull(SaidTtft), if(Kind = 'engine', 'engine', 'attribute'), "
        "isNotNull(SaidTtftMoment), 'timestamp', isNotNull(SaidTtftEvent), 'event', '')",
        "FinishReasons": f"arrayMap(reason -> {reason}, SaidFinishReasons)",
        "Notes": "Notes",
    }


def _engine() -> Columns:
    each = "(SaidDecode / greatest(ifNull(OutputTokens, 1) - 1, 1))"
    return {
        "QueueS": "SaidQueue",
        "PrefillS": "SaidPrefill",
        "DecodeS": "SaidDecode",
        "EngineE2eS": "SaidEngineE2e",
        "TpotS": f"coalesce(SaidTpot, if(OutputTokens > 0, {each}, NULL))",
    }


def _settings() -> Columns:
    said = ("PromptName", "PromptVersion", "Temperature", "TopP", "MaxTokens", "Seed")
    return {
        **{name: f"Said{name}" for name in said},
        "RetrievalQuery": "SaidRetrievalQuery",
        "RetrievalCount": "CAST(SaidRetrievalCount, 'Nullable(UInt32)')",
    }


def _work() -> Columns:
    return {
        "AgentName": "AgentName",
        "AgentId": "SaidAgentId",
        "Workflow": "Workflow",
        "ToolName": "ToolName",
        "ToolType": "SaidToolType",
        "ToolCallId": "SaidToolCallId",
        "McpMethod": "McpMethod",
        "McpSessionId": "SaidMcpSessionId",
        # Some put the id of the response before there; each call would be a session of its own.
        "SessionId": f"if(startsWith(SaidSessionId, {quote(RESPONSE_ID)}), '', SaidSessionId)",
        "UserId": "SaidUserId",
        "Tags": "SaidTags",
        "ResponseId": "SaidResponseId",
        "RequestId": "SaidRequestId",
        "IngestedAt": "IngestedAt",
    }
