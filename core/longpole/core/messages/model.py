"""One normal form for what was said to a model and what it said, whoever recorded it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# What json.loads gives.
Json = None | bool | int | float | str | list[Any] | dict[str, Any]


@dataclass(frozen=True)
class Text:
    """Words of a message."""

    text: str


@dataclass(frozen=True)
class Reasoning:
    """What the model thought before it answered; empty where the provider hides it."""

    text: str


@dataclass(frozen=True)
class ToolCall:
    """The model asks for a tool. `arguments` is the parsed JSON, or the text as sent."""

    id: str
    name: str
    arguments: Json


@dataclass(frozen=True)
class ToolResult:
    """What a tool answered to the call with the same id."""

    id: str
    content: Json


@dataclass(frozen=True)
class Media:
    """A picture, sound or file, by reference: its bytes are never kept.

    `modality` is image, audio, video, document, file or empty. `uri` is empty where the bytes were
    inline; `size` is their number, or None where it is not said.
    """

    modality: str
    mime: str
    uri: str
    size: int | None


@dataclass(frozen=True)
class Data:
    """Anything else, with the kind its sender gave it; `json` where it has none."""

    kind: str
    value: Json


Part = Text | Reasoning | ToolCall | ToolResult | Media | Data


@dataclass(frozen=True)
class Message:
    """One message. `role` is system, user, assistant, tool, or whatever else was sent."""

    role: str
    parts: tuple[Part, ...]
    name: str = ""
    finish_reason: str = ""


@dataclass(frozen=True)
class ToolDefinition:
    """A tool the model may call; `schema` is the JSON schema of its arguments."""

    name: str
    description: str
    schema: Json


@dataclass(frozen=True)
class Conversation:
    """A model call: instructions, what was said before it, what it answered, the tools it had.

    Instructions at the start of the input are in `system` and nowhere else. `left_out` counts
    messages beyond the most that are read.
    """

    system: tuple[Part, ...] = ()
    input: tuple[Message, ...] = ()
    output: tuple[Message, ...] = ()
    tools: tuple[ToolDefinition, ...] = ()
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.system or self.input or self.output or self.tools)

    def to_json(self) -> dict[str, list[dict[str, Json]]]:
        """Lists in the parts form of OpenTelemetry's GenAI conventions."""
        return {
            "system": [part_json(part) for part in self.system],
            "input": [message_json(message) for message in self.input],
            "output": [message_json(message) for message in self.output],
            "tools": [tool_json(tool) for tool in self.tools],
        }


def message_json(message: Message) -> dict[str, Json]:
    """A message with its role and parts; name and finish reason where there are any."""
    shown: dict[str, Json] = {
        "role": message.role,
        "parts": [part_json(part) for part in message.parts],
    }
    if message.name:
        shown["name"] = message.name
    if message.finish_reason:
        shown["finish_reason"] = message.finish_reason
    return shown


def tool_json(tool: ToolDefinition) -> dict[str, Json]:
    """A function definition."""
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.schema,
    }


def part_json(part: Part) -> dict[str, Json]:
    """One part. Inline bytes are given by their number only."""
    match part:
        case Text(text):
            return {"type": "text", "content": text}
        case Reasoning(text):
            return {"type": "reasoning", "content": text}
        case ToolCall(id, name, arguments):
            return {"type": "tool_call", "id": id, "name": name, "arguments": arguments}
        case ToolResult(id, content):
            return {"type": "tool_call_response", "id": id, "response": content}
        case Media():
            return _media_json(part)
        case Data(kind, value):
            return {"type": kind, "value": value}


def _media_json(media: Media) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "type": "uri" if media.uri else "blob",
        "modality": media.modality,
        "mime_type": media.mime,
    }
    if media.uri:
        shown["uri"] = media.uri
    if media.size is not None:
        shown["size"] = media.size
    return shown
