"""Keyed hashes of what was said: equal where the content is equal, and nothing more.

They tell repeated calls and shared beginnings of prompts apart from others where the content
itself is not kept. Without the key nobody can test a guess against them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass

from longpole.core.messages.model import (
    Conversation,
    Json,
    Message,
    ToolCall,
    ToolResult,
    message_json,
    part_json,
    tool_json,
)

CONTENT_HASH = "longpole.content.hash"
PREFIX_HASHES = "longpole.prompt.prefix_hashes"
# Ids of tool calls: those a model asked for, and those whose results it was given.
CALLS_MADE = "longpole.tool_calls.made"
CALLS_ANSWERED = "longpole.tool_calls.answered"
MAX_CALLS = 256
# Of a longer prompt the last hash is always that of the whole.
MAX_PREFIXES = 256
_CONTENT_DIGITS, _PREFIX_DIGITS = 32, 16


@dataclass(frozen=True)
class Hashes:
    """`content` of all that was said; `prefixes` of the prompt: instructions and tools, then each
    further message. Hexadecimal. `made` and `answered` are ids of tool calls, which say nothing of
    the content: those in the answer, and the last of those with a result in the prompt."""

    content: str
    prefixes: tuple[str, ...]
    made: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The prefixes as they are stored in an attribute."""
        return json.dumps(self.prefixes, separators=(",", ":"))


def content_hash(conversation: Conversation, key: bytes) -> Hashes | None:
    """Hashes of a conversation; None where nothing was said.

    Two prompts share their first n prefixes exactly if instructions, tools and the first n - 1
    messages are the same in the normal form, whichever dialects they were recorded in.
    """
    if not conversation:
        return None
    prefixes = _prefixes(conversation, key)
    answer = [_words(message) for message in conversation.output]
    whole = _digest(key, bytes.fromhex(prefixes[-1]), answer).hex()[:_CONTENT_DIGITS]
    shown = [prefix[:_PREFIX_DIGITS] for prefix in prefixes]
    if len(shown) > MAX_PREFIXES:
        shown = [*shown[: MAX_PREFIXES - 1], shown[-1]]
    made = _ids(conversation.output, ToolCall)
    return Hashes(whole, tuple(shown), made, _ids(conversation.input, ToolResult))


def _ids(said: tuple[Message, ...], kind: type[ToolCall] | type[ToolResult]) -> tuple[str, ...]:
    parts = (part for message in said for part in message.parts)
    ids = dict.fromkeys(part.id for part in parts if isinstance(part, kind) and part.id)
    return tuple(ids)[-MAX_CALLS:]


def _prefixes(conversation: Conversation, key: bytes) -> list[str]:
    first = [
        [part_json(part) for part in conversation.system],
        [tool_json(tool) for tool in conversation.tools],
    ]
    found = [_digest(key, b"", first)]
    for message in conversation.input:
        found.append(_digest(key, found[-1], _words(message)))
    return [digest.hex() for digest in found]


def _words(message: Message) -> dict[str, Json]:
    """A message without why it ended, which dialects say in different words."""
    return {k: v for k, v in message_json(message).items() if k != "finish_reason"}


def _digest(key: bytes, before: bytes, value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, before + text.encode("utf-8", "replace"), hashlib.sha256).digest()
