"""One message, in the shape of whichever library or provider wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longpole.core.messages.model import Data, Json, Message, Part, Reasoning, Text, ToolResult
from longpole.core.messages.parse import structured, text_of
from longpole.core.messages.parts import first, read_part, read_parts, result_content

Fields = Mapping[str, Any]
ROLES = {
    "human": "user", "ai": "assistant", "model": "assistant", "developer": "system",
    "function": "tool", "chatbot": "assistant", "bot": "assistant", "humanmessage": "user",
    "aimessage": "assistant", "aimessagechunk": "assistant", "systemmessage": "system",
    "toolmessage": "tool", "functionmessage": "tool", "humanmessagechunk": "user",
    "systemmessagechunk": "system", "toolmessagechunk": "tool", "tool-response": "tool",
}  # fmt: skip
_KNOWN = {"user", "assistant", "system", "tool", *ROLES}
# Items of a Responses conversation that are a message by themselves, and who says them.
_ITEMS = {
    "function_call": "assistant",
    "custom_tool_call": "assistant",
    "tool_call": "assistant",
    "reasoning": "assistant",
    "function_call_output": "tool",
    "custom_tool_call_output": "tool",
    "tool_result": "tool",
    "tool-result": "tool",
}
_SAYS = ("content", "parts", "tool_calls", "function_call", "toolCalls", "message", "refusal")


def read_message(value: Json, role: str) -> Message:
    """A message; `role` is who speaks where the message itself does not say."""
    if isinstance(value, str):
        return Message(role, (Text(value),) if value else ())
    if is_pair(value):
        assert isinstance(value, list)
        return _of_map({"role": value[0], "content": value[1]}, role)
    if not isinstance(value, dict):
        return message_of(role, read_parts([value]))
    return _of_map(unwrapped(value), role)


def message_of(role: str, parts: tuple[Part, ...], name: str = "", reason: str = "") -> Message:
    """A message; results of tools are said by the tool, whoever passed them on."""
    results = bool(parts) and all(isinstance(part, ToolResult) for part in parts)
    return Message("tool" if results else role, parts, name, reason)


def unwrapped(value: dict[str, Any]) -> dict[str, Any]:
    """The message inside a LangChain object, a stored LangChain message, or a choice."""
    for key in ("kwargs", "data", "message", "delta"):
        inner = value.get(key)
        if not isinstance(inner, dict) or not _wraps(value, key):
            continue
        outside = {"role": _class_name(value)} if key == "kwargs" else {}
        kind = {"role": value["type"]} if key == "data" else {}
        stop = {k: value[k] for k in ("finish_reason", "stop_reason") if value.get(k)}
        return {**stop, **outside, **kind, **unwrapped(inner)}
    return value


def _wraps(value: Fields, key: str) -> bool:
    if key == "kwargs":
        return "lc" in value or value.get("type") == "constructor"
    if key == "data":
        return isinstance(value.get("type"), str) and "content" in value["data"]
    return "content" not in value


def _class_name(value: Fields) -> Json:
    path = value.get("id")
    return path[-1] if isinstance(path, list) and path else ""


def is_message(value: Json) -> bool:
    """Whether a value is meant as a message."""
    if not isinstance(value, dict):
        return is_pair(value)
    inner = unwrapped(value)
    if inner is not value or kind_of(value) in _ITEMS:
        return True
    said = inner.get("role", inner.get("message.role"))
    named = isinstance(said, str) or _type_role(inner) is not None
    return named or any(key in inner for key in ("parts", "tool_calls"))


def kind_of(value: Fields) -> str:
    """The type a map names, lower case; empty where it names none."""
    kind = value.get("type")
    return kind.lower() if isinstance(kind, str) else ""


def is_pair(value: Json) -> bool:
    """LangChain's short form: a role and what it says."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and value[0].lower() in _KNOWN
        and isinstance(value[1], str | list)
    )


def role_name(said: Json, otherwise: str) -> str:
    """A role in our words; what is unknown stays as it was sent."""
    if not isinstance(said, str) or not said:
        return otherwise
    lower = said.strip().lower()[:64]
    return ROLES.get(lower, lower) or otherwise


def _type_role(fields: Fields) -> str | None:
    kind = kind_of(fields)
    known = kind in _KNOWN and kind != "function" and "content" in fields
    return kind if known else None


def _of_map(raw: Fields, role: str) -> Message:
    fields = raw
    if "message.role" in raw or "message.content" in raw:
        fields = {key.removeprefix("message."): value for key, value in raw.items()}
    kind = kind_of(fields)
    if "role" not in fields and kind in _ITEMS:
        part = read_part(dict(fields))
        return Message(_ITEMS[kind], () if part is None else (part,))
    said = role_name(first(fields, "role") or _type_role(fields), role)
    parts = _parts(fields, said)
    reason = first(fields, "finish_reason", "finishReason", "stop_reason", "stopReason")
    return message_of(said, parts, text_of(fields.get("name"))[:300], text_of(reason)[:100])


def _parts(fields: Fields, role: str) -> tuple[Part, ...]:
    content = next((fields[key] for key in ("parts", "content") if fields.get(key)), None)
    if content is None and isinstance(fields.get("message"), str):
        content = fields["message"]
    if role == "tool" and (found := _result_id(fields)):
        return (ToolResult(found, result_content(content)),)
    said = read_parts(content)
    found_parts = (*_reasoning(fields), *said, *_calls(fields), *_more(fields))
    if not found_parts and not any(key in fields for key in (*_SAYS, "role")):
        part = read_part(dict(fields))
        return () if part is None else (part,)
    if role == "tool" and said and all(isinstance(part, Text) for part in said):
        return (ToolResult("", result_content(content)),)
    return found_parts


def _result_id(fields: Fields) -> str:
    return text_of(first(fields, "tool_call_id", "toolCallId", "call_id") or "")


def _reasoning(fields: Fields) -> list[Part]:
    said = first(fields, "reasoning_content", "reasoning", "thinking")
    return [Reasoning(said)] if isinstance(said, str) and said else []


def _calls(fields: Fields) -> list[Part]:
    """Tool calls beside the content; LangChain repeats those of the content in a list."""
    extra = fields.get("additional_kwargs")
    places = [fields, extra] if isinstance(extra, dict) else [fields]
    content = fields.get("content")
    if isinstance(content, list) and any(
        isinstance(piece, dict) and piece.get("type") == "tool_use" for piece in content
    ):
        return []
    for place in places:
        calls = structured(first(place, "tool_calls", "toolCalls"))
        if isinstance(calls, list) and calls:
            return [call for one in calls if (call := _call(one)) is not None]
        if isinstance(place.get("function_call"), dict):
            return [call for call in [_call(place["function_call"])] if call is not None]
    return []


def _call(call: Json) -> Part | None:
    if isinstance(call, dict):
        inner = call.get("tool_call")
        return read_part({**(inner if isinstance(inner, dict) else call), "type": "tool_call"})
    return Data("json", call)


def _more(fields: Fields) -> list[Part]:
    """A refusal, a spoken answer, pictures beside the text."""
    found: list[Part] = []
    if isinstance(fields.get("refusal"), str) and fields["refusal"]:
        found.append(Text(fields["refusal"]))
    audio = fields.get("audio")
    if isinstance(audio, dict):
        part = read_part({"type": "audio", **audio})
        found += [Text(audio["transcript"])] if isinstance(audio.get("transcript"), str) else []
        found += [part] if part is not None else []
    images = fields.get("images")
    if isinstance(images, list):
        named = [one if isinstance(one, dict) else {"data": one} for one in images]
        parts = (read_part({"type": "image", **one}) for one in named)
        found += [part for part in parts if part is not None]
    return found
