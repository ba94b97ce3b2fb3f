"""Lists of messages: one side of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from longpole.core.messages.message import is_message, is_pair, message_of, read_message
from longpole.core.messages.model import Conversation, Data, Json, Media, Message, Part
from longpole.core.messages.parse import structured, without_bytes
from longpole.core.messages.parts import read_part, read_parts
from longpole.core.messages.tools import read_tools
from longpole.core.messages.turns import split_turns

Fields = Mapping[str, Any]
# Of one side; what is beyond is counted and not read.
MAX_MESSAGES = 5_000


def read_input(value: Json, role: str = "user") -> Conversation:
    """Messages said before the call: a list, one message, a text."""
    value = structured(value)
    if isinstance(value, list) and any(map(_is_definition, value)):
        rest = [one for one in value if not _is_definition(one)]
        tools = read_tools([one["content"] for one in value if _is_definition(one)])
        return replace(conversation_of("input", messages_of(rest, role)), tools=tools)
    if isinstance(value, str) and (turns := split_turns(value)):
        return conversation_of("input", [read_message(turn, role) for turn in turns])
    return conversation_of("input", messages_of(value, role))


def _is_definition(value: Json) -> bool:
    """Some append the definitions of tools to the messages, with the role of a tool."""
    content = value.get("content") if isinstance(value, dict) else None
    function = content.get("function") if isinstance(content, dict) else None
    return isinstance(function, dict) and "parameters" in function and "arguments" not in function


def read_output(value: Json) -> Conversation:
    """Messages the model or step answered: a list, one message, a text."""
    return conversation_of("output", messages_of(value, "assistant"))


def read_reference(text: str, side: str) -> Conversation:
    """Content that was uploaded elsewhere: the address stands in for it."""
    role = "user" if side == "input" else "assistant"
    part = Media("file", "", text, None)
    return conversation_of(side, [Message(role, (part,))])


def read_system(value: Json) -> tuple[Part, ...]:
    """Instructions: a text, parts, or a message."""
    value = structured(value)
    if isinstance(value, dict):
        return read_message(value, "system").parts
    return read_parts(value)


def conversation_of(side: str, messages: list[Message]) -> Conversation:
    """The messages as input or output, without empty ones."""
    kept = tuple(message for message in messages if message.parts or message.finish_reason)
    shown = kept if len(kept) <= MAX_MESSAGES else (*kept[:100], *kept[100 - MAX_MESSAGES :])
    left_out = len(kept) - len(shown)
    if side == "input":
        return Conversation(input=shown, left_out=left_out)
    return Conversation(output=shown, left_out=left_out)


def messages_of(value: Json, role: str) -> list[Message]:
    """Messages in a value of any shape; `role` speaks where none is said."""
    value = structured(value)
    if not isinstance(value, list) or is_pair(value):
        return [read_message(value, role)]
    if len(value) == 1 and isinstance(value[0], list) and not is_pair(value[0]):
        return messages_of(value[0], role)  # LangChain's batch of one
    if any(is_message(structured(one)) for one in value):
        return [read_message(structured(one), role) for one in value]
    if all(isinstance(one, str) for one in value):
        return [read_message(one, role) for one in value]
    if any(isinstance(one, dict) and _is_part(one) for one in value):
        return [message_of(role, read_parts(value))]
    return [Message(role, (Data("json", without_bytes(value)),))] if value else []


def _is_part(value: Fields) -> bool:
    return not isinstance(read_part(dict(value)), Data)
