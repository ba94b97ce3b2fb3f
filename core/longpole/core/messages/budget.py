"""What a prompt's tokens were spent on: instructions, tools, history, what was looked up, user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from longpole.core.messages.context import split_context
from longpole.core.messages.model import (
    Conversation,
    Data,
    Media,
    Message,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
    tool_json,
)
from longpole.core.messages.parse import text_of
from longpole.core.messages.tokens import Counted, count_tokens

PARTS = ("system", "tools", "history", "retrieved", "user", "media")
# Attributes and canonical fields in which an instrumentation says a part's tokens itself. The
# first found counts; those of one part that are listed together in a tuple are added.
SAID: dict[str, tuple[tuple[str, ...], ...]] = {
    **{part: ((f"longpole.prompt.tokens.{part}",),) for part in PARTS},
    "media": (
        ("longpole.prompt.tokens.media",),
        ("InputAudioTokens", "InputImageTokens"),
        ("gen_ai.usage.input_audio_tokens", "gen_ai.usage.input_image_tokens"),
        ("gen_ai.usage.details.input_audio_tokens", "gen_ai.usage.details.input_image_tokens"),
        ("llm.token_count.prompt_details.audio", "llm.token_count.prompt_details.image"),
    ),
}
# What a provider adds around each message: role and separators.
_AROUND_MESSAGE = 3


@dataclass(frozen=True)
class Share:
    """Tokens of one part; `how` is `exact` or `estimated`."""

    part: str
    tokens: int
    how: str


@dataclass(frozen=True)
class Budget:
    """A prompt by part; the shares sum to `total`.

    `total_how` is `exact` where the input tokens were reported. `counted` is what the recorded
    texts have in the named vocabulary, before they were scaled to the total: far less than the
    total means that something sent was not recorded. `sampled`: a long prompt was counted by
    samples. `media_uncounted` pictures and files have tokens that are in the other shares.
    """

    shares: tuple[Share, ...]
    total: int
    total_how: str
    vocabulary: str
    counted: int
    sampled: bool
    media_uncounted: int


def prompt_budget(
    conversation: Conversation, input_tokens: int | None, model: str, reported: Mapping[str, Any]
) -> Budget | None:
    """Tokens of the prompt by part, largest remainders rounded so that they add up.

    `reported` holds span attributes or fields that may say a part's tokens (`SAID`). None where
    neither a prompt nor its tokens are known.
    """
    texts = _texts(conversation)
    if not any(texts.values()):
        return None
    counted = count_tokens(["\n".join(texts[part]) for part in PARTS], model)
    guess = {
        part: tokens + _AROUND_MESSAGE * len(texts[part])
        for part, tokens in zip(PARTS, counted.tokens, strict=True)
    }
    exact = _said(reported, input_tokens)
    media = 0 if "media" in exact else _media(conversation)
    rest = {part: tokens for part, tokens in guess.items() if part not in exact}
    return _budget(exact, rest, input_tokens, counted, media)


def _media(conversation: Conversation) -> int:
    said = [*conversation.system, *(p for message in conversation.input for p in message.parts)]
    return sum(isinstance(part, Media) for part in said)


def _budget(
    exact: dict[str, int],
    guess: dict[str, int],
    total: int | None,
    counted: Counted,
    media_uncounted: int,
) -> Budget:
    shares = [Share(part, tokens, "exact") for part, tokens in exact.items()]
    rest = None if total is None else total - sum(exact.values())
    scaled = guess if rest is None else _scaled(guess, rest)
    shares += [Share(part, tokens, "estimated") for part, tokens in scaled.items() if tokens]
    if rest and not any(guess.values()):
        shares.append(Share("unrecorded", rest, "exact"))
    ordered = sorted(shares, key=lambda share: (*PARTS, "unrecorded").index(share.part))
    return Budget(
        tuple(ordered),
        sum(share.tokens for share in shares),
        "estimated" if total is None else "exact",
        counted.vocabulary,
        sum(counted.tokens),
        counted.sampled,
        media_uncounted,
    )


def _scaled(guess: dict[str, int], total: int) -> dict[str, int]:
    """The guesses in proportion, as whole numbers that sum to the total."""
    whole = sum(guess.values())
    if not whole:
        return {}
    floors = {part: total * tokens // whole for part, tokens in guess.items()}
    left = total - sum(floors.values())
    rests = sorted(guess, key=lambda part: total * guess[part] % whole, reverse=True)
    return {part: floors[part] + (part in rests[:left]) for part in guess}


def _said(reported: Mapping[str, Any], total: int | None) -> dict[str, int]:
    """Parts with stated tokens; none are believed that are more than the whole."""
    found: dict[str, int] = {}
    for part, choices in SAID.items():
        for keys in choices:
            numbers = [n for key in keys if (n := _number(reported.get(key))) is not None]
            if numbers and sum(numbers):
                found[part] = sum(numbers)
                break
    return found if total is None or sum(found.values()) <= total else {}


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value >= 0 else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return None


def _texts(conversation: Conversation) -> dict[str, list[str]]:
    """The prompt's texts by the part of the budget they belong to."""
    found: dict[str, list[str]] = {part: [] for part in PARTS}
    found["system"] = ["\n".join(map(_words, conversation.system))] if conversation.system else []
    found["tools"] = [text_of(tool_json(tool)) for tool in conversation.tools]
    asked = _last_turn(conversation.input)
    for place, message in enumerate(conversation.input):
        for part, text in _of_message(message, place in asked):
            found[part].append(text)
    return found


def _last_turn(messages: tuple[Message, ...]) -> set[int]:
    """Places of the user's last words: the last run of messages the user said."""
    places = [place for place, message in enumerate(messages) if message.role == "user"]
    last: set[int] = set()
    for place in reversed(places):
        if last and place + 1 not in last:
            break
        last.add(place)
    return last


def _of_message(message: Message, asked: bool) -> Iterator[tuple[str, str]]:
    said = {"system": "system", "user": "user" if asked else "history"}.get(message.role, "history")
    words: list[str] = []
    for part in message.parts:
        if isinstance(part, ToolResult) or (isinstance(part, Data) and part.kind == "document"):
            yield "retrieved", _words(part)
        elif isinstance(part, Text) and message.role == "user":
            context, own = split_context(part.text)
            words.append(own)
            yield from (("retrieved", text) for text in context)
        elif not isinstance(part, Media):
            words.append(_words(part))
    if text := "\n".join(filter(None, words)):
        yield said, text


def _words(part: Part) -> str:
    match part:
        case Text(text) | Reasoning(text):
            return text
        case ToolCall(_, name, arguments):
            return f"{name} {text_of(arguments)}"
        case ToolResult(_, content):
            return text_of(content)
        case Data(_, value):
            return text_of(value)
        case Media():
            return ""
