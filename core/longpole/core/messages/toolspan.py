"""A tool's own span: what it was called with and what it answered."""

from __future__ import annotations

from collections.abc import Mapping

from longpole.core.messages.model import (
    Conversation,
    Data,
    Json,
    Message,
    Part,
    Text,
    ToolCall,
    ToolResult,
)
from longpole.core.messages.parse import structure, structured, without_bytes
from longpole.core.messages.parts import result_content

Attributes = Mapping[str, str]
TOOL_ARGUMENTS = (
    "gen_ai.tool.call.arguments", "ai.toolCall.args", "tool_arguments",
    "gcp.vertex.agent.tool_call_args", "mcp.request.argument", "tool.parameters",
)  # fmt: skip
TOOL_RESULTS = (
    "gen_ai.tool.call.result", "ai.toolCall.result", "tool_response",
    "gcp.vertex.agent.tool_response", "mcp.response.value",
)  # fmt: skip
# How each dialect says that a span is a tool's.
KINDS = {
    "gen_ai.operation.name": "execute_tool",
    "openinference.span.kind": "tool",
    "traceloop.span.kind": "tool",
    "langfuse.observation.type": "tool",
    "langsmith.span.kind": "tool",
    "gen_ai.span.kind": "tool",
    "mlflow.spanType": "tool",
}
_NAMES = ("gen_ai.tool.name", "ai.toolCall.name", "tool.name", "traceloop.entity.name")
_IDS = ("gen_ai.tool.call.id", "ai.toolCall.id", "tool_call.id", "tool_call_id")


def read_tool_span(attributes: Attributes) -> Conversation:
    """The call and its result, where they have attributes of their own."""
    name, call_id = _first(_NAMES, attributes), _first(_IDS, attributes)
    given, result = _first(TOOL_ARGUMENTS, attributes), _first(TOOL_RESULTS, attributes)
    call = ToolCall(call_id, name, without_bytes(structured(given))) if given else None
    answer = ToolResult(call_id, result_content(structure(result))) if result else None
    return Conversation(
        input=() if call is None else (Message("assistant", (call,)),),
        output=() if answer is None else (Message("tool", (answer,)),),
    )


def as_tool(found: Conversation, attributes: Attributes) -> Conversation:
    """What went into and came out of a tool's span as call and result; other spans unchanged."""
    if not any(_said(attributes, key) == kind for key, kind in KINDS.items()):
        return found
    name, call_id = _first(_NAMES, attributes), _first(_IDS, attributes)
    return Conversation(
        found.system,
        tuple(_as_call(message, name, call_id) for message in found.input),
        tuple(_as_result(message, call_id) for message in found.output),
        found.tools,
        found.left_out,
    )


def _said(attributes: Attributes, key: str) -> str:
    return attributes.get(key, "").strip('"').lower()


def _first(keys: tuple[str, ...], attributes: Attributes) -> str:
    return next((attributes[key] for key in keys if attributes.get(key)), "")


def _as_call(message: Message, name: str, call_id: str) -> Message:
    plain = _plain(message.parts)
    if plain is not None:
        parts: tuple[Part, ...] = (ToolCall(call_id, name, structured(plain[0])),)
    else:
        # An event with the role tool is the call here, not its result.
        parts = tuple(
            ToolCall(part.id, name, part.content) if isinstance(part, ToolResult) else part
            for part in message.parts
        )
    said = any(isinstance(part, ToolCall) for part in parts)
    return Message("assistant" if said else message.role, parts, message.name)


def _as_result(message: Message, call_id: str) -> Message:
    plain = _plain(message.parts)
    if plain is None:
        return message
    return Message("tool", (ToolResult(call_id, plain[0]),), message.name)


def _plain(parts: tuple[Part, ...]) -> tuple[Json] | None:
    """The one value that parts without a meaning of their own stand for."""
    if len(parts) == 1 and isinstance(parts[0], Data) and parts[0].kind == "json":
        return (parts[0].value,)
    texts = [part.text for part in parts if isinstance(part, Text)]
    return ("\n".join(texts),) if texts and len(texts) == len(parts) else None
