"""A whole request or response of a provider or framework, found where an attribute holds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from longpole.core.messages.message import is_message, is_pair, kind_of, message_of, read_message
from longpole.core.messages.model import Conversation, Data, Json, Media, Message, Part, Text
from longpole.core.messages.parse import parsed, structured, without_bytes
from longpole.core.messages.parts import BY_TYPE, first, read_part, read_parts
from longpole.core.messages.tools import read_tools

Fields = Mapping[str, Any]
# Of one side; what is beyond is counted and not read.
MAX_MESSAGES = 5_000
_SYSTEM = ("system", "instructions", "system_instruction", "systemInstruction", "system_prompt")
_INPUT = ("messages", "contents", "input", "prompt", "prompts", "new_message", "chat_history")
_TOOLS = ("tools", "functions", "toolConfig", "tool_config")
# Maps around the request: a graph's state, a function's arguments, a config.
_AROUND = ("inputs", "kwargs", "args", "request", "body", "state")
_CHOICES = ("choices", "candidates", "generations", "output", "messages", "message", "outputs")
_LATER = ("content", "update", "response", "combined_chunk_content", "text", "result")


def read_request(value: Json) -> Conversation:
    """The conversation a model or step was given. A value that is no request is one message."""
    value = structured(value)
    if isinstance(value, dict) and not is_message(value):
        found = _request(value)
        if found:
            return found
    return read_input(value)


def read_input(value: Json, role: str = "user") -> Conversation:
    """Messages said before the call: a list, one message, a text."""
    return _conversation("input", _messages(value, role))


def read_output(value: Json) -> Conversation:
    """Messages the model or step answered: a list, one message, a text."""
    return _conversation("output", _messages(value, "assistant"))


def read_response(value: Json) -> Conversation:
    """What a model or step gave back. A value that is no response is one message."""
    value = structured(value)
    found = _response(value)
    return read_output(value) if found is None else _conversation("output", found)


def _conversation(side: str, messages: list[Message]) -> Conversation:
    kept = tuple(message for message in messages if message.parts or message.finish_reason)
    shown = kept if len(kept) <= MAX_MESSAGES else (*kept[:100], *kept[100 - MAX_MESSAGES :])
    left_out = len(kept) - len(shown)
    if side == "input":
        return Conversation(input=shown, left_out=left_out)
    return Conversation(output=shown, left_out=left_out)


def _messages(value: Json, role: str) -> list[Message]:
    value = structured(value)
    if not isinstance(value, list) or is_pair(value):
        return [read_message(value, role)]
    if len(value) == 1 and isinstance(value[0], list) and not is_pair(value[0]):
        return _messages(value[0], role)  # LangChain's batch of one
    if any(is_message(structured(one)) for one in value):
        return [read_message(structured(one), role) for one in value]
    if all(isinstance(one, str) for one in value):
        return [read_message(one, role) for one in value]
    if any(isinstance(one, dict) and _is_part(one) for one in value):
        return [message_of(role, read_parts(value))]
    return [Message(role, (Data("json", without_bytes(value)),))] if value else []


def _is_part(value: Fields) -> bool:
    return not isinstance(read_part(dict(value)), Data)


def _request(value: Fields) -> Conversation | None:
    config = value.get("config")
    places = [value, *([config] if isinstance(config, dict) else [])]
    tools = read_tools(_of_places(places, _TOOLS))
    system = _system(_of_places(places, _SYSTEM))
    given = first(value, *_INPUT)
    if given is None:
        inner = _inside(value)
        if inner is None:
            return Conversation(system=system, tools=tools) if system or tools else None
        return Conversation(system or inner.system, inner.input, (), tools or inner.tools)
    said = read_input(given)
    return Conversation(system, said.input + _documents(value), (), tools, said.left_out)


def _of_places(places: list[Fields], keys: tuple[str, ...]) -> Json:
    return next((found for place in places if (found := first(place, *keys))), None)


def _system(value: Json) -> tuple[Part, ...]:
    value = structured(value)
    if isinstance(value, dict):
        return read_message(value, "system").parts
    return read_parts(value)


def _documents(value: Fields) -> tuple[Message, ...]:
    """Texts that were looked up and sent beside the question."""
    documents = value.get("documents")
    if not isinstance(documents, list) or not documents:
        return ()
    return (Message("tool", tuple(Data("document", without_bytes(one)) for one in documents)),)


def _inside(value: Fields) -> Conversation | None:
    """The request within a map, a function's named arguments, or its only argument."""
    for key in _AROUND:
        inner = structured(value.get(key))
        if isinstance(inner, list) and len(inner) == 1:
            inner = structured(inner[0])
        if isinstance(inner, list) and any(map(is_message, inner)):
            return read_input(inner)
        if isinstance(inner, str) and inner and key != "state":
            return read_input(inner)
        if isinstance(inner, dict) and (found := _request(inner)):
            return found
    return None


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
        return _messages(value, "assistant")
    inner = [_response(structured(one)) for one in value if isinstance(one, dict | list | str)]
    found = [message for messages in inner if messages for message in messages]
    if found and len(inner) == len(value) and all(one is not None for one in inner):
        return found
    return None


def _answers(state: Json) -> list[Message] | None:
    """Of a graph's whole state: what came after the last user message."""
    said = _messages(state, "assistant")
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
    return [read_message(value, "assistant")] if isinstance(value, dict) else _messages(
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


def whole_text(text: str) -> Json:
    """The request or response in an attribute; the text itself where it is only text."""
    value = parsed(text)
    if isinstance(value, str):
        inner = parsed(value)
        return inner if isinstance(inner, list | dict) else value
    return text if value is None else value


def read_reference(text: str, side: str) -> Conversation:
    """Content that was uploaded elsewhere: the address stands in for it."""
    role = "user" if side == "input" else "assistant"
    part = Media("file", "", text, None)
    return _conversation(side, [Message(role, (part,))])
