"""Messages of a model call, out of the attributes of whichever instrumentation wrote them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Message:
    """One message as plain text. `side` is `input` or `output`."""

    side: str
    role: str
    text: str


# A JSON list of messages with roles and parts.
JSON_MESSAGES = (
    ("input", "system", "gen_ai.system_instructions"),
    ("input", "user", "gen_ai.input.messages"),
    ("output", "assistant", "gen_ai.output.messages"),
    ("input", "user", "ai.prompt.messages"),
)
# Attributes counted through: prefix, number, field.
NUMBERED = (
    ("input", "llm.input_messages", "message."),
    ("output", "llm.output_messages", "message."),
    ("input", "gen_ai.prompt", ""),
    ("output", "gen_ai.completion", ""),
)
# One text for a whole side; looked at only if nothing better was found for that side.
WHOLE = (
    ("input", "input.value"),
    ("output", "output.value"),
    ("input", "traceloop.entity.input"),
    ("output", "traceloop.entity.output"),
    ("input", "langfuse.observation.input"),
    ("output", "langfuse.observation.output"),
    ("input", "ai.prompt"),
    ("output", "ai.response.text"),
    ("input", "gen_ai.tool.call.arguments"),
    ("output", "gen_ai.tool.call.result"),
)
ROLES = {"input": "user", "output": "assistant"}


def messages(attributes: Attributes, events: Iterable[Attributes] = ()) -> list[Message]:
    """Messages in the order they were said; empty where content was not recorded."""
    found = list(structured(attributes))
    for event in events:
        found.extend(structured(event))
    sides = {message.side for message in found}
    for side, key in WHOLE:
        if side not in sides and attributes.get(key):
            found.append(Message(side, "", _readable(attributes[key])))
            sides.add(side)
    return sorted(found, key=lambda message: message.side != "input")


def structured(attributes: Attributes) -> Iterator[Message]:
    """Messages that keep their roles and parts."""
    for side, role, key in JSON_MESSAGES:
        if text := attributes.get(key):
            yield from _from_json(side, role, text)
    for side, prefix, field in NUMBERED:
        yield from _from_numbered(side, prefix, field, attributes)


def _from_json(side: str, role: str, text: str) -> Iterator[Message]:
    entries = parsed(text)
    if entries is None:
        yield Message(side, role, text)
        return
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list):
        yield Message(side, role, str(entries))
        return
    for entry in entries:
        if isinstance(entry, dict) and ("parts" in entry or "content" in entry):
            said = str(entry.get("role") or role)
            content = entry["parts"] if "parts" in entry else entry["content"]
            yield Message(side, said, content_text(content))
        else:
            yield Message(side, role, content_text([entry]))


def content_text(content: object) -> str:
    """The text of a message's content: a text, or a list of parts."""
    if isinstance(content, list):
        return "\n".join(filter(None, (_piece(piece) for piece in content)))
    return content if isinstance(content, str) else _pretty(content)


def _piece(piece: object) -> str:
    if not isinstance(piece, dict):
        return str(piece)
    kind = str(piece.get("type", ""))
    if kind in ("tool_call", "tool-call", "tool_use"):
        name = piece.get("name") or piece.get("toolName") or ""
        given = next((piece[key] for key in ("arguments", "input", "args") if key in piece), "")
        return f"calls {name}({given if isinstance(given, str) else _pretty(given)})"
    if kind in ("tool_call_response", "tool-result", "tool_result"):
        keys = ("response", "result", "output", "content")
        result = next((piece[key] for key in keys if key in piece), "")
        return f"tool result: {result if isinstance(result, str) else _pretty(result)}"
    for key in ("content", "text"):
        if isinstance(piece.get(key), str):
            return f"({kind}) {piece[key]}" if kind in ("reasoning", "thinking") else piece[key]
    return _pretty(piece)


def _from_numbered(side: str, prefix: str, field: str, attributes: Attributes) -> Iterator[Message]:
    """`<prefix>.<n>.<field>role|content|...` with contents and tool calls numbered below."""
    shape = re.compile(rf"{re.escape(prefix)}\.(\d+)\.{re.escape(field)}(.+)", re.DOTALL)
    numbered: dict[int, dict[str, str]] = {}
    for key, value in attributes.items():
        if key.startswith(prefix) and (match := shape.fullmatch(key)):
            numbered.setdefault(int(match[1]), {})[match[2]] = value
    for number in sorted(numbered):
        fields = numbered[number]
        role = fields.pop("role", "") or ROLES[side]
        lines = [fields[key] for key in sorted(fields, key=_natural) if _says_something(key)]
        calls = _tool_calls(fields)
        if text := "\n".join([*(line for line in lines if line), *calls]):
            yield Message(side, role, text)


def _says_something(key: str) -> bool:
    return key == "content" or key.endswith("message_content.text")


def _tool_calls(fields: Mapping[str, str]) -> list[str]:
    calls: dict[str, dict[str, str]] = {}
    for key in sorted(fields, key=_natural):
        if match := re.fullmatch(
            r"tool_calls\.(\d+)\.(?:tool_call\.)?(?:function\.)?(name|arguments)", key
        ):
            calls.setdefault(match[1], {})[match[2]] = fields[key]
    return [f"calls {call.get('name', '')}({call.get('arguments', '')})" for call in calls.values()]


def _natural(key: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in key.split(".")]


def _readable(text: str) -> str:
    value = parsed(text) if text[:1] in "[{" else None
    return text if value is None else _pretty(value)


def parsed(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON value of a text; None where it is none, or nested beyond reason."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _pretty(value: object) -> str:
    try:
        return json.dumps(value, indent=2, ensure_ascii=False)
    except RecursionError:
        return str(value)[:10_000]
