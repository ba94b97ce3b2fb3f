"""The messages of a span in its drawer. Pure; whatever was said becomes text nodes only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from dash import html
from dash.development.base_component import Component

from longpole.core.messages import (
    Conversation,
    Data,
    Json,
    Media,
    Message,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolDefinition,
    ToolResult,
)
from longpole.ui import formats
from longpole.ui.trace.texts import long_text

MAX_MESSAGES, MAX_PARTS, MAX_TOOLS = 200, 200, 200
Calls = dict[str, str]


def message_list(said: Conversation) -> Component | None:
    """Instructions and tools folded, then every message by role; None where nothing was said."""
    if not said:
        return None
    both = [("input", m) for m in said.input] + [("output", m) for m in said.output]
    shown = both[-MAX_MESSAGES:]
    calls = _calls([message for _, message in both])
    left_out = said.left_out + len(both) - len(shown)
    blocks: list[Component | None] = [
        _instructions(said.system),
        _tools(said.tools),
        _note(f"{left_out:,} earlier messages are left out.") if left_out else None,
        *(_message(side, message, calls) for side, message in shown),
    ]
    title = f"Messages ({len(both) + said.left_out:,})"
    return html.Section([html.H3(title), *(block for block in blocks if block is not None)])


def pretty(value: Json) -> str:
    """A text as it is, JSON text and anything else with line breaks."""
    if isinstance(value, str):
        if value[:1] not in ("[", "{"):
            return value
        try:
            return json.dumps(json.loads(value), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            return value
    return json.dumps(value, indent=2, ensure_ascii=False)


def _note(text: str) -> Component:
    return html.P(text, className="tr-dim")


def _calls(messages: Sequence[Message]) -> Calls:
    """Names of the tools that were called, by the id of the call."""
    parts = (part for message in messages for part in message.parts)
    return {part.id: part.name for part in parts if isinstance(part, ToolCall) and part.id}


def _instructions(system: Sequence[Part]) -> Component | None:
    if not system:
        return None
    size = sum(len(part.text) for part in system if isinstance(part, Text))
    summary = f"Instructions ({size:,} characters)"
    return _folded(summary, [_part(part, {}) for part in system[:MAX_PARTS]])


def _tools(tools: Sequence[ToolDefinition]) -> Component | None:
    if not tools:
        return None
    blocks = [_tool(tool) for tool in tools[:MAX_TOOLS]]
    if len(tools) > MAX_TOOLS:
        blocks.append(_note(f"{len(tools) - MAX_TOOLS:,} more tools"))
    return _folded(f"Tools ({len(tools):,})", blocks)


def _tool(tool: ToolDefinition) -> Component:
    about = [html.P(tool.description, className="tr-dim")] if tool.description else []
    schema = [long_text(pretty(tool.schema))] if tool.schema is not None else []
    return html.Div([html.B(formats.shortened(tool.name)), *about, *schema], className="tr-tool")


def _folded(summary: str, blocks: Sequence[Component]) -> Component:
    return html.Details([html.Summary(summary), *blocks], className="tr-folded")


def _message(side: str, message: Message, calls: Calls) -> Component:
    parts = [_part(part, calls) for part in message.parts[:MAX_PARTS]]
    if len(message.parts) > MAX_PARTS:
        parts.append(_note(f"{len(message.parts) - MAX_PARTS:,} more parts"))
    return html.Div(
        [html.Div(list(_speaker(side, message)), className="tr-role"), *parts],
        className=f"tr-message tr-{side}",
    )


def _speaker(side: str, message: Message) -> Iterator[Component | str]:
    yield html.B(message.role)
    yield f" {side}"
    if message.name:
        yield f" · {formats.shortened(message.name, 60)}"
    if message.finish_reason:
        yield f" · ended by {formats.shortened(message.finish_reason, 60)}"


def _part(part: Part, calls: Calls) -> Component:
    match part:
        case Text(text):
            return long_text(text)
        case Reasoning(text):
            size = f"Reasoning ({len(text):,} characters)" if text else "Reasoning, not shown by it"
            return _folded(size, [long_text(text)] if text else [])
        case ToolCall(id, name, arguments):
            return _block("calls", name or "a tool", id, arguments)
        case ToolResult(id, content):
            return _block("result of", calls.get(id) or "a tool", id, content)
        case Media():
            return _media(part)
        case Data(kind, value):
            return _block("data", kind if kind != "json" else "", "", value)


def _block(verb: str, name: str, id: str, value: Json) -> Component:
    head: list[Component | str] = [verb, html.B(formats.shortened(name))]
    if id:
        head.append(html.Code(formats.shortened(id, 80), className="tr-dim"))
    shown = [] if value is None else [long_text(pretty(value))]
    return html.Div([html.Div(head, className="tr-call-head"), *shown], className="tr-call")


def _media(media: Media) -> Component:
    """By name only: nothing of it is loaded."""
    facts = [media.modality or "file", media.mime]
    facts.append(f"{media.size:,} bytes, not kept" if media.size is not None else "")
    head = [" · ".join(filter(None, facts))]
    uri = [html.Code(formats.shortened(media.uri, 500))] if media.uri else []
    return html.Div([html.Span(head, className="tr-badge"), " ", *uri], className="tr-media")
