"""Messages in span events and log records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longpole.core.messages.lists import read_input
from longpole.core.messages.message import read_message
from longpole.core.messages.model import Conversation, Json, Message
from longpole.core.messages.parse import structure, structured, whole_text
from longpole.core.messages.request import read_request
from longpole.core.messages.response import read_response

Attributes = Mapping[str, str]
DETAILS = "gen_ai.client.inference.operation.details"
# Events of one message each: side and role.
ROLES = {
    "gen_ai.system.message": ("input", "system"),
    "gen_ai.user.message": ("input", "user"),
    "gen_ai.assistant.message": ("input", "assistant"),
    "gen_ai.tool.message": ("input", "tool"),
    "gen_ai.choice": ("output", "assistant"),
    "claude_code.user_prompt": ("input", "user"),
    "codex.user_prompt": ("input", "user"),
}
# The oldest form: the whole request and response.
WHOLE_EVENTS = {
    "gen_ai.content.prompt": ("input", "gen_ai.prompt"),
    "gen_ai.content.completion": ("output", "gen_ai.completion"),
}
# Where a record without a body keeps its message.
_CONTENT = ("gen_ai.event.content", "content", "message", "gen_ai.content")
# Of the instrumentations of agents: several of these come in one call, each with some parts.
_JOINED = (
    "gen_ai.system_instructions",
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.tool.definitions",
)


@dataclass(frozen=True)
class Event:
    """A span event. Values are text, arrays and maps as JSON."""

    name: str
    attributes: Attributes


@dataclass(frozen=True)
class Log:
    """A log record of the span. `event` is its event name, empty where it has none."""

    event: str
    body: str
    attributes: Attributes


def detail_attributes(events: Sequence[Event], logs: Sequence[Log]) -> dict[str, str]:
    """The span attributes that were put in events or records instead, joined over all of them."""
    found: dict[str, list[str]] = {}
    for place in (*(e.attributes for e in events), *map(_of_record, logs)):
        for key in _JOINED:
            text = place.get(key)
            if text and text not in found.setdefault(key, []):
                found[key].append(text)
    return {key: _joined(texts) for key, texts in found.items() if texts}


def read_events(events: Sequence[Event], logs: Sequence[Log]) -> Conversation:
    """Messages that are an event or a record each, in their order."""
    told = [(event.name, _event_content(event)) for event in events]
    told += [(log.event or log.attributes.get("event.name", ""), _log_content(log)) for log in logs]
    said: dict[str, list[Message]] = {"input": [], "output": []}
    for name, content in told:
        if name in ROLES and content is not None:
            side, role = ROLES[name]
            said[side] += _messages(content, role)
    return Conversation(input=tuple(said["input"]), output=tuple(said["output"]))


def read_whole_events(events: Sequence[Event], logs: Sequence[Log]) -> Conversation:
    """Whole requests and responses in the oldest events."""
    found = Conversation()
    places = [(event.name, event.attributes) for event in events]
    places += [(log.event, {**log.attributes, "body": log.body}) for log in logs]
    for name, attributes in places:
        side, key = WHOLE_EVENTS.get(name, ("", ""))
        if text := attributes.get(key) or (attributes.get("body") if side else None):
            value = whole_text(text)
            read = read_request(value) if side == "input" else read_response(value)
            found = Conversation(
                found.system + read.system, found.input + read.input, found.output + read.output
            )
    return found


def read_event_list(text: str) -> Conversation:
    """A span attribute that lists such events as JSON."""
    value = structure(text)
    listed = value if isinstance(value, list) else [value]
    events = [
        Log(str(one["event.name"]), json.dumps(one), {})
        for one in listed
        if isinstance(one, dict) and isinstance(one.get("event.name"), str)
    ]
    return read_events((), events) if events else read_input(value)


def _joined(texts: list[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    values = [structure(text) for text in texts]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return json.dumps(flat)


def _of_record(log: Log) -> Attributes:
    """Attributes of a record; some write them as a map in the body."""
    body = structured(log.body) if log.event == DETAILS else None
    if not isinstance(body, dict):
        return log.attributes
    texts = {key: v if isinstance(v, str) else json.dumps(v) for key, v in body.items()}
    return {**texts, **log.attributes}


def _event_content(event: Event) -> Json:
    attributes = event.attributes
    place = next((key for key in _CONTENT if attributes.get(key)), None)
    named: dict[str, Any] = {
        key: attributes[key]
        for key in ("role", "id", "finish_reason", "name", "tool_calls", "tool.result")
        if attributes.get(key)
    }
    content = None if place is None else structure(attributes[place])
    # A map is the message itself, except where a tool's own values stand.
    plain = event.name == "gen_ai.tool.message" and place != "gen_ai.event.content"
    if isinstance(content, dict) and not plain:
        return {**named, **content}
    return {**named, "content": content} if content is not None or named else None


def _log_content(log: Log) -> Json:
    # Where a prompt is an attribute, the body only repeats the event's name.
    texts = (log.attributes.get("prompt"), log.body, *map(log.attributes.get, _CONTENT))
    text = next(filter(None, texts), None)
    return None if text is None else structure(text)


def _messages(content: Json, role: str) -> list[Message]:
    if isinstance(content, dict):
        fields = dict(content)
        result = structured(fields.pop("tool.result", None))
        if role == "tool" and isinstance(fields.get("id"), str):
            fields.setdefault("tool_call_id", fields["id"])
        after = [] if result is None else [read_message({"content": result}, "tool")]
        said = [read_message(fields, role), *after]
    else:
        said = [read_message({"content": content}, role)]
    return [message for message in said if message.parts or message.finish_reason]
