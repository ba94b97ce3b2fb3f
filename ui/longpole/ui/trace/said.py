"""What a span said, and what its prompt was spent on, out of its raw row, facts and logs. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longpole.core.messages import Budget, Conversation, Event, Log, prompt_budget, read_messages
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
    attributes = _paired(raw.get("SpanKeys"), raw.get("SpanValues"))
    logs = [Log(one.event, one.body, one.attributes) for one in span.logs.records]
    found = read_messages(attributes, _events(raw), logs)
    return Said(found, _budget(found, attributes, facts))


def _events(raw: Mapping[str, Any]) -> list[Event]:
    columns = (raw.get(name) or () for name in ("EventNames", "EventKeys", "EventValues"))
    return [Event(name, _paired(keys, values)) for name, keys, values in zip(*columns, strict=True)]


def _budget(
    found: Conversation, attributes: Mapping[str, str], facts: Mapping[str, Any]
) -> Budget | None:
    """Sums over several calls, as agents report them, are no prompt."""
    model = facts.get("Model") or next((attributes[k] for k in NAMES if attributes.get(k)), "")
    is_call = facts.get("Kind") == "llm" if facts else bool(model)
    if not is_call:
        return None
    return prompt_budget(found, facts.get("InputTokens"), model, {**attributes, **facts})


def _paired(keys: Sequence[str] | None, values: Sequence[str] | None) -> dict[str, str]:
    return dict(zip(keys or (), values or (), strict=True))
