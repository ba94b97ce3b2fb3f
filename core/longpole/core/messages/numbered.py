"""Messages spread over numbered attributes: `llm.input_messages.0.message.role` and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from longpole.core.messages.message import read_message
from longpole.core.messages.model import Conversation, Data, Message, ToolDefinition
from longpole.core.messages.parse import parsed
from longpole.core.messages.tools import read_tools

Attributes = Mapping[str, str]
_NUMBER = re.compile(r"\.(\d{1,6})\.(.+)", re.DOTALL)


def grouped(prefix: str, attributes: Attributes) -> list[dict[str, str]]:
    """The fields under `<prefix>.<n>.`, in the order of n."""
    found: dict[int, dict[str, str]] = {}
    for key, value in attributes.items():
        if key.startswith(prefix) and (match := _NUMBER.fullmatch(key, len(prefix))):
            found.setdefault(int(match[1]), {})[match[2]] = value
    return [found[number] for number in sorted(found)]


def read_numbered_input(prefix: str, attributes: Attributes) -> Conversation:
    """Messages before the call."""
    return Conversation(input=_messages(prefix, attributes, "user"))


def read_numbered_output(prefix: str, attributes: Attributes) -> Conversation:
    """Messages the model answered."""
    return Conversation(output=_messages(prefix, attributes, "assistant"))


def read_numbered_tools(prefix: str, attributes: Attributes) -> Conversation:
    """Tool definitions, whole as JSON or spread over name, description and parameters."""
    tools: list[ToolDefinition] = []
    for fields in grouped(prefix, attributes):
        whole = fields.get("tool.json_schema") or fields.get("json_schema")
        plain: dict[str, Any] = {key.removeprefix("tool."): fields[key] for key in fields}
        tools += read_tools(whole if whole else plain)
    return Conversation(tools=tuple(tools))


def read_documents(prefix: str, attributes: Attributes) -> Conversation:
    """Documents a search found, as what the retriever answered."""
    parts = tuple(
        Data("document", {key.removeprefix("document."): fields[key] for key in fields})
        for fields in grouped(prefix, attributes)
    )
    return Conversation(output=(Message("tool", parts),) if parts else ())


def _messages(prefix: str, attributes: Attributes, role: str) -> tuple[Message, ...]:
    read = (_message(fields, role) for fields in grouped(prefix, attributes))
    return tuple(message for message in read if message.parts or message.finish_reason)


def _message(fields: dict[str, str], role: str) -> Message:
    plain = {key.removeprefix("message."): value for key, value in fields.items()}
    value: dict[str, Any] = {key: plain[key] for key in plain if "." not in key}
    for words in ("prompt.text", "completion.text", "embedding.text"):
        if words in plain:
            value["content"] = plain[words]
    content = parsed(plain.get("content", ""))
    if isinstance(content, list) and any(isinstance(one, dict) for one in content):
        value["content"] = content
    if contents := grouped("contents", {f"{key}": plain[key] for key in plain}):
        value["content"] = [_content(one) for one in contents]
    if calls := [*map(_call, grouped("tool_calls", plain)), *_old_call(plain)]:
        value["tool_calls"] = calls
    return read_message(value, role)


def _content(fields: dict[str, str]) -> dict[str, Any]:
    plain = {key.removeprefix("message_content."): value for key, value in fields.items()}
    for kind in ("image", "audio", "video", "file"):
        if address := plain.get(f"{kind}.{kind}.url") or plain.get(f"{kind}.url"):
            mime = plain.get(f"{kind}.{kind}.mime_type", "")
            return {"type": kind, "url": address, **({"mime_type": mime} if mime else {})}
    return dict(plain)


def _call(fields: dict[str, str]) -> dict[str, str]:
    plain = {key.removeprefix("tool_call."): value for key, value in fields.items()}
    return {key.removeprefix("function."): value for key, value in plain.items()}


def _old_call(plain: dict[str, str]) -> list[dict[str, str]]:
    """A call by itself, from before calls had ids."""
    for name, given in (
        ("function_call_name", "function_call_arguments_json"),
        ("function_call.name", "function_call.arguments"),
    ):
        if plain.get(name):
            return [{"name": plain[name], "arguments": plain.get(given, "")}]
    return []
