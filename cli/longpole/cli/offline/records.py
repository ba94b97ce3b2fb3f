"""The canonical record of each span: what `longpole normalize` prints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from longpole.core.store import Store, load_sql

Record = dict[str, Any]

# Canonical field -> column of the query; fields that say nothing are null (lists: empty).
FIELDS = {
    "kind": "Kind", "dialect": "Dialect", "operation": "Operation", "provider": "Provider",
    "provider_raw": "ProviderRaw", "provider_inferred": "ProviderInferred",
    "framework": "Framework", "request_model": "RequestModel", "response_model": "ResponseModel",
    "model": "Model", "input_tokens": "InputTokens", "cache_read_tokens": "CacheReadTokens",
    "cache_write_tokens": "CacheWriteTokens", "output_tokens": "OutputTokens",
    "reasoning_tokens": "ReasoningTokens", "input_audio_tokens": "InputAudioTokens",
    "input_image_tokens": "InputImageTokens", "output_audio_tokens": "OutputAudioTokens",
    "output_image_tokens": "OutputImageTokens", "total_tokens": "TotalTokens",
    "usage_scope": "UsageScope", "counted": "Counted", "cost_usd": "CostUsd",
    "cost_input_usd": "CostInputUsd", "cost_output_usd": "CostOutputUsd",
    "cost_source": "CostSource", "cost_reported_usd": "ReportedCostUsd",
    "cost_computed_usd": "ComputedCostUsd", "price_source": "PriceSource",
    "service_tier": "ServiceTier", "streaming": "Streaming", "ttft_s": "TtftS",
    "ttft_source": "TtftSource", "queue_s": "QueueS", "prefill_s": "PrefillS",
    "decode_s": "DecodeS", "engine_e2e_s": "EngineE2eS", "tpot_s": "TpotS",
    "finish_reasons": "FinishReasons", "agent_name": "AgentName", "agent_id": "AgentId",
    "agent_effective": "Agent", "workflow": "Workflow", "tool_name": "ToolName",
    "tool_type": "ToolType", "tool_call_id": "ToolCallId", "mcp_method": "McpMethod",
    "mcp_session_id": "McpSessionId", "session_id": "SessionId", "user_id": "UserId",
    "tags": "Tags", "response_id": "ResponseId", "request_id": "RequestId",
    "prompt_name": "PromptName", "prompt_version": "PromptVersion",
    "temperature": "Temperature", "top_p": "TopP", "max_tokens": "MaxTokens", "seed": "Seed",
    "error_type": "ErrorType", "retrieval_query": "RetrievalQuery",
    "retrieval_count": "RetrievalCount", "environment": "Environment", "release": "Release",
    "step": "Step", "error": "IsError", "notes": "Notes",
}  # fmt: skip
# Shorter names for the same values.
SHORT = {
    "session": "session_id", "user": "user_id", "agent": "agent_name", "tool": "tool_name",
}  # fmt: skip


def records(store: Store) -> list[Record]:
    """One record a span of an assembled store, by trace and start."""
    rows = store.frame(load_sql("offline/records")).to_dicts()
    return [_record(row) for row in rows]


def _record(row: dict[str, Any]) -> Record:
    record: Record = {
        "trace_id": row["TraceId"],
        "span_id": row["SpanId"],
        "parent_span_id": row["ParentSpanId"] or None,
        "name": row["Name"],
    }
    record |= {field: _value(row[column]) for field, column in FIELDS.items()}
    return record | {short: record[field] for short, field in SHORT.items()}


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return None if value == "" else value
