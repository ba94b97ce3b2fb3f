"""What a model or step gave back: a whole response, wherever an attribute holds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from longpole.core.messages.lists import conversation_of, messages_of, read_output, read_system
from longpole.core.messages.message import is_message, kind_of, read_message
from longpole.core.messages.model import Conversation, Json, Message, Text
from longpole.core.messages.parse import structured
from longpole.core.messages.parts import BY_TYPE, first
from longpole.core.messages.tools import read_tools

Fields = Mapping[str, Any]
_CHOICES = ("choices", "candidates", "generations", "output", "messages", "message", "outputs")
_LATER = ("content", "update", "response", "combined_chunk_content", "text", "result")


def read_response(value: Json) -> Conversation:
    """What a model or step gave back. A value that is no response is one message."""
    value = structured(value)
    found = _response(value)
    said = read_output(value) if found is None else conversation_of("output", found)
    if not isinstance(value, dict) or value.get("object") != "response":
        return said
    # The Responses API repeats what the call was given.
    system, tools = read_system(value.get("instructions")), read_tools(value.get("tools"))
    return Conversation(system, (), said.output, tools, said.left_out)


def _response(value: Json) -> list[Message] | None:
    if isinstance(value, list):
        return _of_list(value)
    if not isinstance(value, dict):
        return None
    if kind_of(value) in BY_TYPE or (is_message(value) and "choices" not in value):
        return [read_message(value, "assistant")]
    if _is_embedding(value):
        return []
    for key in (*_CHOICES, *_LATER):
        inner = structured(value.get(key))
        if inner is None or inner in ("", [], {}):
            continue
        found = READERS[key](inner) if key in READERS else _response(inner)
        if found is None and isinstance(inner, str):
            found = [Message("assistant", (Text(inner),))]
        if found:
            return _with_reason(found, value)
    return None


def _is_embedding(value: Fields) -> bool:
    """Vectors say nothing to a reader."""
    listed = value.get("data", value.get("embeddings"))
    first_one = listed[0] if isinstance(listed, list) and listed else None
    return "embedding" in (first_one if isinstance(first_one, dict) else value)


def _of_list(value: list[Any]) -> list[Message] | None:
    """Commands of a graph, calls of the AI SDK, generations, or plain messages."""
    if any(is_message(structured(one)) for one in value):
        return messages_of(value, "assistant")
    inner = [_response(structured(one)) for one in value if isinstance(one, dict | list | str)]
    found = [message for messages in inner if messages for message in messages]
    if found and len(inner) == len(value) and all(one is not None for one in inner):
        return found
    return None


def _answers(state: Json) -> list[Message] | None:
    """Of a graph's whole state: what came after the last user message."""
    said = messages_of(state, "assistant")
    asked = [place for place, message in enumerate(said) if message.role in ("user", "system")]
    return said[asked[-1] + 1 :] if asked and asked[-1] + 1 < len(said) else said


def _choices(value: Json) -> list[Message] | None:
    listed = value if isinstance(value, list) else [value]
    return [read_message(_choice(one), "assistant") for one in listed]


def _choice(value: Json) -> Json:
    """A candidate of Gemini has its message in `content`; an old completion has only text."""
    if isinstance(value, dict) and isinstance(value.get("content"), dict):
        return {**value["content"], "finish_reason": value.get("finishReason") or _reason(value)}
    return value


def _generations(value: Json) -> list[Message] | None:
    while isinstance(value, list) and value and isinstance(value[0], list):
        value = [one for inner in value if isinstance(inner, list) for one in inner]
    listed = value if isinstance(value, list) else [value]
    return [read_message(_generation(one), "assistant") for one in listed]


def _generation(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    info = value.get("generation_info")
    reason = _reason(info) if isinstance(info, dict) else None
    message = value.get("message")
    if isinstance(message, dict):
        return {"message": message, "finish_reason": reason}
    return {"role": "assistant", "content": value.get("text"), "finish_reason": reason}


def _content(value: Json) -> list[Message] | None:
    return [read_message(value, "assistant")] if isinstance(value, dict) else messages_of(
        value, "assistant"
    )  # fmt: skip


def _reason(value: Fields) -> Json:
    return first(value, "finish_reason", "finishReason", "stop_reason", "stopReason", "done_reason")


def _with_reason(found: list[Message], value: Fields) -> list[Message]:
    reason = _reason(value)
    if not isinstance(reason, str) or found[-1].finish_reason:
        return found
    last = found[-1]
    return [*found[:-1], Message(last.role, last.parts, last.name, reason[:100])]


READERS: dict[str, Callable[[Json], list[Message] | None]] = {
    "choices": _choices,
    "candidates": _choices,
    "generations": _generations,
    "messages": _answers,
    "content": _content,
}
