"""Messages out of the attributes of several instrumentations."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.ui.trace.messages import Message, messages

GENAI = {
    "gen_ai.system_instructions": json.dumps([{"type": "text", "content": "Be brief."}]),
    "gen_ai.input.messages": json.dumps(
        [
            {"role": "user", "parts": [{"type": "text", "content": "Hi"}]},
            {"role": "tool", "parts": [{"type": "tool_call_response", "response": {"t": 21}}]},
        ]
    ),
    "gen_ai.output.messages": json.dumps(
        [{"role": "assistant", "parts": [{"type": "tool_call", "name": "f", "arguments": "{}"}]}]
    ),
}
OPENINFERENCE = {
    "llm.input_messages.1.message.role": "user",
    "llm.input_messages.1.message.contents.0.message_content.text": "two",
    "llm.input_messages.1.message.contents.10.message_content.text": "parts",
    "llm.input_messages.0.message.role": "system",
    "llm.input_messages.0.message.content": "one",
    "llm.output_messages.0.message.role": "assistant",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "search",
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"q": 1}',
    "input.value": "not shown: the messages say more",
}


def test_current_conventions() -> None:
    assert messages(GENAI) == [
        Message("input", "system", "Be brief."),
        Message("input", "user", "Hi"),
        Message("input", "tool", 'tool result: {\n  "t": 21\n}'),
        Message("output", "assistant", "calls f({})"),
    ]


def test_openinference_in_the_order_of_its_numbers() -> None:
    assert messages(OPENINFERENCE) == [
        Message("input", "system", "one"),
        Message("input", "user", "two\nparts"),
        Message("output", "assistant", 'calls search({"q": 1})'),
    ]


def test_older_traceloop_and_whole_texts() -> None:
    said = messages({"gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": "Q",
                     "output.value": '{"a":1}'})  # fmt: skip
    assert said == [Message("input", "user", "Q"), Message("output", "", '{\n  "a": 1\n}')]


def test_messages_of_events_count_too() -> None:
    assert messages({}, [GENAI])[1] == Message("input", "user", "Hi")


@pytest.mark.parametrize("text", ["not json", "7", "null", '{"role": 5}', "[[]]", "[" * 100_000])
def test_broken_json_is_shown_not_raised(text: str) -> None:
    assert all(isinstance(m.text, str) for m in messages({"gen_ai.input.messages": text}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["role", "parts", "content", "type", "text"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_gives_text(value: object) -> None:
    said = messages({"gen_ai.input.messages": json.dumps(value), "ai.prompt": json.dumps(value)})
    assert all(isinstance(message.text, str) for message in said)
