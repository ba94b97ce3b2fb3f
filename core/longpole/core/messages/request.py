"""What a model or step was given: a whole request, wherever an attribute holds one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from longpole.core.messages.lists import read_input, read_system
from longpole.core.messages.message import is_message
from longpole.core.messages.model import Conversation, Data, Json, Message
from longpole.core.messages.parse import structured, without_bytes
from longpole.core.messages.parts import first
from longpole.core.messages.tools import read_tools

Fields = Mapping[str, Any]
_SYSTEM = ("system", "instructions", "system_instruction", "systemInstruction", "system_prompt")
_INPUT = ("messages", "contents", "input", "prompt", "prompts", "new_message", "chat_history")
_TOOLS = ("tools", "functions", "toolConfig", "tool_config")
# Maps around the request: a graph's state, a function's arguments, a config.
_AROUND = ("inputs", "kwargs", "args", "request", "body", "state")


def read_request(value: Json) -> Conversation:
    """The conversation a model or step was given. A value that is no request is one message."""
    value = structured(value)
    if isinstance(value, dict) and not is_message(value):
        found = _request(value)
        if found:
            return found
    return read_input(value)


def _request(value: Fields) -> Conversation | None:
    config = value.get("config")
    places = [value, *([config] if isinstance(config, dict) else [])]
    tools = read_tools(_of_places(places, _TOOLS))
    system = read_system(_of_places(places, _SYSTEM))
    given = first(value, *_INPUT)
    if given is None:
        inner = _inside(value)
        if inner is None:
            return Conversation(system=system, tools=tools) if system or tools else None
        return replace(inner, system=system or inner.system, tools=tools or inner.tools)
    said = read_input(given)
    asked = said.input + _documents(value)
    return Conversation(system, asked, (), tools or said.tools, said.left_out)


def _of_places(places: list[Fields], keys: tuple[str, ...]) -> Json:
    return next((found for place in places if (found := first(place, *keys))), None)


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
