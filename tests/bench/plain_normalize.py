"""The named alternative: a few canonical fields read off a span's attributes in plain Python.

Eight of the fields of table `spans`, the most common names of each, no corrections: less than the
view does, as a first version of a normaliser would look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

KIND_KEYS = (
    "openinference.span.kind", "langfuse.observation.type", "langsmith.span.kind",
    "gen_ai.span.kind", "mlflow.spanType", "gen_ai.operation.name", "traceloop.span.kind",
    "llm.request.type",
)  # fmt: skip
KINDS = {
    "llm": "llm", "chat": "llm", "generation": "llm", "completion": "llm", "embedding": "embedding",
    "embeddings": "embedding", "tool": "tool", "execute_tool": "tool", "agent": "agent",
    "invoke_agent": "agent", "chain": "chain", "workflow": "chain", "task": "chain",
    "retriever": "retriever", "rerank": "reranker",
}  # fmt: skip
TEXTS = {
    "provider": ("gen_ai.provider.name", "gen_ai.system", "llm.provider", "ai.model.provider"),
    "model": (
        "gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "ai.model.id",
        "embedding.model_name", "langfuse.observation.model.name", "model",
    ),
    "agent": ("gen_ai.agent.name", "agent.name", "traceloop.entity.name"),
    "tool": ("gen_ai.tool.name", "tool.name", "ai.toolCall.name"),
    "session": ("gen_ai.conversation.id", "session.id", "langfuse.session.id", "thread_id"),
}  # fmt: skip
COUNTS = {
    "input_tokens": (
        "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt",
        "ai.usage.promptTokens", "input_tokens",
    ),
    "output_tokens": (
        "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens",
        "llm.token_count.completion", "ai.usage.completionTokens", "output_tokens",
    ),
}  # fmt: skip


def normalize_plainly(span: Mapping[str, Any]) -> dict[str, str | int | None]:
    """Kind, provider, model, agent, tool, session and token counts of a span."""
    attributes = span["attributes"]
    kind = KINDS.get(_first(attributes, KIND_KEYS).strip('"').lower(), "other")
    texts = {name: _first(attributes, keys) for name, keys in TEXTS.items()}
    counts = {name: _count(_first(attributes, keys)) for name, keys in COUNTS.items()}
    return {"kind": kind, **texts, "provider": texts["provider"].lower(), **counts}


def _first(attributes: Mapping[str, str], keys: Sequence[str]) -> str:
    return next((attributes[key] for key in keys if attributes.get(key)), "")


def _count(text: str) -> int | None:
    return int(text) if text.isdigit() else None
