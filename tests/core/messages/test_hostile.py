"""Whatever stands in an attribute, reading it gives a conversation that can be written as JSON."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from longpole.core.messages import (
    Conversation,
    Event,
    Log,
    Text,
    content_hash,
    prompt_budget,
    read_messages,
)
from longpole.core.messages.parse import parsed
from longpole.core.messages.sources import MESSAGES, WHOLE
from longpole.core.messages.toolspan import KINDS, TOOL_ARGUMENTS, TOOL_RESULTS

KEYS = [source.key.replace("{name}", "openai") for source in (*MESSAGES, *WHOLE)]
KEYS += [*TOOL_ARGUMENTS, *TOOL_RESULTS, "ai.response.toolCalls", "ai.response.files", *KINDS]
FIELDS = [
    "role", "parts", "content", "type", "text", "message", "messages", "tool_calls", "function",
    "name", "arguments", "id", "input", "output", "choices", "candidates", "contents", "kwargs",
    "data", "lc", "image_url", "url", "source", "system", "tools", "parameters", "inputs", "args",
    "toolUse", "toolResult", "functionCall", "inline_data", "generations", "response", "result",
    "event.name", "config", "documents", "images", "audio", "additional_kwargs", "delta", "value",
]  # fmt: skip
WORDS = [
    "user", "assistant", "tool", "system", "text", "tool_call", "tool_result", "image", "blob",
    "function_call", "reasoning", "message", "human", "ai", "constructor", "document", "json",
    "execute_tool",
    "gen_ai.user.message", "gen_ai.choice", "data:image/png;base64,QUJD", "[1]", '{"a": 1}', "",
]  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS)
    | st.text(max_size=6)
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5)
    ),
    max_leaves=25,
)
NUMBERED = st.builds(
    lambda prefix, number, field: f"{prefix}.{number}.{field}",
    st.sampled_from(["llm.input_messages", "gen_ai.prompt", "llm.tools", "retrieval.documents"]),
    st.sampled_from(["0", "7", "99999999999999999999", "x", "²"]),
    st.sampled_from(["message.role", "content", "message.contents.0.message_content.type",
                     "tool_calls.0.id", "tool.json_schema", "document.content", "."]),
)  # fmt: skip
TEXTS = VALUES.map(json.dumps) | VALUES.map(repr) | st.text(max_size=20)
ATTRIBUTES = st.dictionaries(st.sampled_from(KEYS) | NUMBERED, TEXTS, max_size=5)
NAMES = st.sampled_from([
    "gen_ai.user.message", "gen_ai.tool.message", "gen_ai.choice", "gen_ai.content.prompt",
    "gen_ai.client.inference.operation.details", "x",
])  # fmt: skip
INSIDE = st.dictionaries(
    st.sampled_from(["content", "message", "gen_ai.event.content", "gen_ai.prompt", "tool.result",
                     "gen_ai.input.messages", "role", "id", "event.name"]),
    TEXTS, max_size=3,
)  # fmt: skip


def sound(found: Conversation) -> None:
    """Written as strict JSON, hashed and counted without an error."""
    json.dumps(found.to_json(), allow_nan=False, ensure_ascii=False).encode()
    assert (content_hash(found, b"key") is None) == (not found)
    budget = prompt_budget(found, 1000, "gpt-5", {})
    assert budget is None or sum(share.tokens for share in budget.shares) == 1000


@settings(max_examples=200, deadline=None)
@given(ATTRIBUTES, st.lists(st.builds(Event, NAMES, INSIDE), max_size=3),
       st.lists(st.builds(Log, NAMES | st.just(""), TEXTS, INSIDE), max_size=3))  # fmt: skip
def test_anything_gives_a_conversation(
    attributes: dict[str, str], events: list[Event], logs: list[Log]
) -> None:
    sound(read_messages(attributes, events, logs))


@settings(max_examples=200, deadline=None)
@given(ATTRIBUTES)
@example({"gen_ai.input.messages": '["tool", "user"]'})
def test_what_was_read_is_read_again_from_its_json(attributes: dict[str, str]) -> None:
    found = read_messages(attributes)
    shown = found.to_json()
    again = read_messages({
        "gen_ai.system_instructions": json.dumps(shown["system"]),
        "gen_ai.tool.definitions": json.dumps(shown["tools"]),
        "gen_ai.input.messages": json.dumps(shown["input"]),
        "gen_ai.output.messages": json.dumps(shown["output"]),
    })  # fmt: skip
    assert again.to_json() == shown


@pytest.mark.parametrize("key", ["gen_ai.input.messages", "input.value", "gen_ai.tool.definitions"])
@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000, '{"a":' * 5_000 + "1" + "}" * 5_000, "[" * 90 + "]" * 90,
        '[{"role": "user", "content": ' + "[" * 60 + "]" * 60 + "}]",
        "{'a': " + "-" * 50_000 + "1}",
        '{"a": ' + "9" * 10_000 + "}", "[NaN, Infinity]", '"\\ud800"', '["\\ud800", "\ud800"]',
        "\ud800", "\x00", "(" * 5_000, '[{"role": ["user"], "parts": {"type": {}}}]',
        '[{"type": [], "content": 5}]', '{"messages": {"messages": {"messages": 5}}}',
    ],
)  # fmt: skip
def test_broken_text_is_shown_not_raised(key: str, text: str) -> None:
    sound(read_messages({key: text}))


def test_ever_so_many_messages_are_bounded_and_counted() -> None:
    many = json.dumps([{"role": "user", "content": str(n)} for n in range(20_000)])
    found = read_messages({"gen_ai.input.messages": many})
    assert len(found.input) + found.left_out == 20_000
    assert len(found.input) == 5_000
    assert "19999" in str(found.input[-1])


def test_a_formatted_string_of_many_fields_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(text: str) -> None:
        raise AssertionError(f"{len(text)} characters went to a parser that takes their square")

    few = "{'code': \"print(f'{x}')\", 'n': 1}"
    assert parsed(few) == {"code": "print(f'{x}')", "n": 1}
    monkeypatch.setattr(ast, "literal_eval", never)
    for start in ("[f'", '[F"', "['', rf'"):
        many = start + "{1}" * 3_000 + start[-1] + "]"
        assert parsed(many) is None
        assert texts_of(read_messages({"gen_ai.prompt": many})) == [many]


def texts_of(found: Conversation) -> list[str]:
    said = [part for message in found.input for part in message.parts]
    return [part.text for part in said if isinstance(part, Text)]
