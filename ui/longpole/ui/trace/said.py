"""What a span said, and what its prompt was spent on, out of its raw row, facts and logs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longpole.core.messages import Budget, Conversation, Log, prompt_budget, read_row
from longpole.ui.trace.queries import Span

NAMES = ("gen_ai.response.model", "gen_ai.request.model", "llm.model_name", "ai.model.id")


@dataclass(frozen=True)
class Said:
    """The conversation of a span; the budget only where it is a model call with a prompt."""

    conversation: Conversation
    budget: Budget | None


def said_in(span: Span) -> Said:
    """Read a span's messages; the span's own attributes and events count before its logs."""
    raw, facts = span.raw or {}, span.facts or {}
    attributes = dict(zip(raw.get("SpanKeys") or (), raw.get("SpanValues") or (), strict=True))
    logs = [Log(one.event, one.body, one.attributes) for one in span.logs.records]
    found = read_row(raw, logs)
    return Said(found, _budget(found, attributes, facts))


def _budget(
    found: Conversation, attributes: Mapping[str, str], facts: Mapping[str, Any]
) -> Budget | None:
    """Sums over several calls, as agents report them, are no prompt."""
    model = facts.get("Model") or next((attributes[k] for k in NAMES if attributes.get(k)), "")
    is_call = facts.get("Kind") == "llm" if facts else bool(model)
    if not is_call:
        return None
    return prompt_budget(found, facts.get("InputTokens"), model, {**attributes, **facts})
