"""The log records of a span, and the messages of its model call that are in them. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longpole.core.otlp import render_value
from longpole.ui.trace.messages import (
    ROLES,
    Attributes,
    Message,
    content_text,
    parsed,
    structured,
)

DETAILS = "gen_ai.client.inference.operation.details"
# Events of one message each: side and role.
EVENTS = {
    "gen_ai.system.message": ("input", "system"),
    "gen_ai.user.message": ("input", "user"),
    "gen_ai.assistant.message": ("input", "assistant"),
    "gen_ai.tool.message": ("input", "tool"),
    "gen_ai.choice": ("output", "assistant"),
}
# Where a record without a body keeps its message.
CONTENT_KEYS = ("gen_ai.event.content", "message", "content")
SEVERITIES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


@dataclass(frozen=True)
class LogRecord:
    """One record as text. `at_ns` is since 1970; `severity` and `event` may be empty."""

    at_ns: int
    severity: str
    event: str
    scope: str
    body: str
    attributes: Attributes


@dataclass(frozen=True)
class SpanLogs:
    """Records of a span, earliest first, and how many the store has of it altogether."""

    records: tuple[LogRecord, ...] = ()
    stored: int = 0


NO_LOGS = SpanLogs()


def span_logs(rows: Sequence[Mapping[str, Any]]) -> SpanLogs:
    """Rows of trace_span_logs.sql; a record that was sent twice is one."""
    records = tuple(dict.fromkeys(map(_key, rows)))
    known = {_key(row): row for row in rows}
    return SpanLogs(
        tuple(_record(known[key]) for key in records),
        max((int(row["Records"]) for row in rows), default=0) - (len(rows) - len(records)),
    )


def log_messages(records: Sequence[LogRecord]) -> list[Message]:
    """Messages in the records, input first; a side told in full is not told again in pieces."""
    whole = [message for record in records for message in _of_details(record)]
    sides = {message.side for message in whole}
    pieces = [message for record in records if (message := _of_event(record)) is not None]
    found = [*whole, *(message for message in pieces if message.side not in sides)]
    return sorted(found, key=lambda message: message.side != "input")


def with_logs(said: Sequence[Message], records: Sequence[LogRecord]) -> list[Message]:
    """What the span says itself, and for a side on which it says nothing what its logs say."""
    sides = {message.side for message in said}
    more = [message for message in log_messages(records) if message.side not in sides]
    return sorted([*said, *more], key=lambda message: message.side != "input")


def severity_word(text: str, number: int) -> str:
    """The sender's word, else that of the number; empty where neither is said."""
    known = SEVERITIES[(number - 1) // 4] if 1 <= number <= 24 else ""
    return text or known


def _key(row: Mapping[str, Any]) -> tuple[object, ...]:
    lists = (tuple(row["AttributeKeys"]), tuple(row["AttributeValues"]))
    return (row["AtNs"], row["Event"], row["Scope"], row["BodyText"], *lists)


def _record(row: Mapping[str, Any]) -> LogRecord:
    values = map(render_value, row["AttributeValues"])
    return LogRecord(
        row["AtNs"],
        severity_word(row["Severity"], row["SeverityNumber"]),
        row["Event"],
        row["Scope"],
        render_value(row["BodyText"]),
        dict(zip(row["AttributeKeys"], values, strict=True)),
    )


def _of_details(record: LogRecord) -> Iterator[Message]:
    """Whole conversations, in the attributes or (as some write them) as a map in the body."""
    yield from structured(record.attributes)
    body = parsed(record.body) if record.event == DETAILS else None
    if isinstance(body, dict):
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in body.items()}
        yield from structured({k: v for k, v in texts.items() if k not in record.attributes})


def _of_event(record: LogRecord) -> Message | None:
    """The one message of an event that is named after its role."""
    if record.event not in EVENTS:
        return None
    side, role = EVENTS[record.event]
    kept = (record.attributes.get(key, "") for key in CONTENT_KEYS)
    text = record.body or next(filter(None, kept), "")
    body = parsed(text)
    said = body.get("message", body) if isinstance(body, dict) else body
    if isinstance(said, dict):
        words = "\n".join(filter(None, (content_text(said.get("content", "")), *_calls(said))))
        role = str(said.get("role") or role)
    else:
        words = text if said is None else content_text(said)
    return Message(side, role or ROLES[side], words) if words else None


def _calls(said: Mapping[str, Any]) -> Iterator[str]:
    calls = said.get("tool_calls")
    for call in calls if isinstance(calls, list) else []:
        if isinstance(call, dict):
            of = call.get("function")
            function = of if isinstance(of, dict) else call
            given = function.get("arguments", "")
            shown = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
            yield f"calls {function.get('name', '')}({shown})"
