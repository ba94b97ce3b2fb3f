"""The AI SDK's own attributes, as far as they are no plain list of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longpole.core.messages.message import read_message
from longpole.core.messages.model import Conversation
from longpole.core.messages.parse import structure
from longpole.core.messages.request import read_request

Attributes = Mapping[str, str]
VERCEL = (
    "ai.response.reasoning", "ai.response.text", "ai.response.object", "ai.response.toolCalls",
    "ai.response.files",
)  # fmt: skip


def read_vercel_prompt(text: str) -> Conversation:
    """The outer span's prompt: a map of system, prompt and messages."""
    return read_request(structure(text))


def read_vercel_output(attributes: Attributes) -> Conversation:
    """One answer: reasoning, text or object, tool calls and files, each in its own attribute."""
    if not any(key in attributes for key in VERCEL):
        return Conversation()
    content: list[Any] = []
    if reasoning := attributes.get("ai.response.reasoning"):
        content.append({"type": "reasoning", "text": reasoning})
    if said := attributes.get("ai.response.text") or attributes.get("ai.response.object"):
        content.append({"type": "text", "text": said})
    for key, kind in (("ai.response.toolCalls", "tool-call"), ("ai.response.files", "file")):
        listed = structure(attributes.get(key, ""))
        for one in listed if isinstance(listed, list) else []:
            content.append({**one, "type": kind} if isinstance(one, dict) else one)
    message = read_message(
        {"content": content, "finish_reason": attributes.get("ai.response.finishReason")},
        "assistant",
    )
    return Conversation(output=(message,) if message.parts else ())
