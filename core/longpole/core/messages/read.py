"""From what a span recorded to one conversation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from longpole.core.messages.events import (
    Event,
    Log,
    detail_attributes,
    read_events,
    read_whole_events,
)
from longpole.core.messages.model import Conversation, Message, Part
from longpole.core.messages.parse import well_formed
from longpole.core.messages.sources import (
    MESSAGES,
    WHOLE,
    Group,
    Source,
    read_vercel,
)
from longpole.core.messages.toolspan import as_tool, read_tool_span
from longpole.core.otlp import render_value

Attributes = Mapping[str, str]
# The rows of the current conventions, which may be in events or records as well.
DETAILS = MESSAGES[:4]
_NUMBER = re.compile(r"\.\d")


def read_messages(
    attributes: Attributes, events: Sequence[Event] = (), logs: Sequence[Log] = ()
) -> Conversation:
    """What was said in a span, from all places a dialect may have put it.

    For each side the first place that says something is believed: messages with roles, then
    events, then log records, then whole requests and responses. Values are text as the store has
    it. Never raises; empty where content was not recorded.
    """
    attributes = _readable(attributes)
    events = [Event(event.name, _readable(event.attributes)) for event in events]
    logs = [Log(log.event, _rendered(log.body), _readable(log.attributes)) for log in logs]
    found = Conversation()
    for one in _candidates(attributes, events, logs):
        found = fuller(found, one)
    return as_tool(_settled(found), attributes)


def _readable(attributes: Attributes) -> dict[str, str]:
    return {key: _rendered(value) for key, value in attributes.items()}


def _rendered(text: str) -> str:
    """Without encoded parts and without what UTF-8 cannot carry."""
    return well_formed(render_value(text))


def fuller(found: Conversation, more: Conversation) -> Conversation:
    """The first, with what it says nothing of taken from the second."""
    return Conversation(
        found.system or more.system,
        _better(found.input, more.input),
        _better(found.output, more.output),
        found.tools or more.tools,
        found.left_out or more.left_out,
    )


def _better(found: tuple[Message, ...], more: tuple[Message, ...]) -> tuple[Message, ...]:
    """Some write an empty answer where another attribute has the tool call."""
    if any(message.parts for message in found) or not more:
        return found
    return more if any(message.parts for message in more) or not found else found


def _candidates(
    attributes: Attributes, events: Sequence[Event], logs: Sequence[Log]
) -> Iterator[Conversation]:
    yield from _of_table(MESSAGES, attributes)
    yield read_vercel(attributes)
    if events:
        yield from _of_table(DETAILS, detail_attributes(events, ()))
        yield read_events(events, ())
    if logs:
        yield from _of_table(DETAILS, detail_attributes((), logs))
        yield read_events((), logs)
    if events or logs:
        yield read_whole_events(events, logs)
    yield read_tool_span(attributes)
    yield from _of_table(WHOLE, attributes)
    for log in logs:
        yield from _of_table(WHOLE, log.attributes)


def _of_table(table: Sequence[Source | Group], attributes: Attributes) -> Iterator[Conversation]:
    counted = {key: attributes[key] for key in attributes if _NUMBER.search(key)}
    for source in table:
        if isinstance(source, Source):
            if text := source.text(attributes):
                yield source.read(text)
        elif counted:
            yield source.read_all(source.key, counted)


def _settled(found: Conversation) -> Conversation:
    """Instructions at the start of the input go where instructions are."""
    first = next(
        (place for place, said in enumerate(found.input) if said.role != "system"),
        len(found.input),
    )
    moved: list[Part] = list(found.system)
    for message in found.input[:first]:
        moved += [part for part in message.parts if part not in found.system]
    return Conversation(
        tuple(moved), found.input[first:], found.output, found.tools, found.left_out
    )
