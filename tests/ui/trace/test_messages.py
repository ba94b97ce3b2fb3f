"""Messages and the prompt's budget as the drawer shows them."""

from __future__ import annotations

import json
from typing import Any

from dash.development.base_component import Component

from longpole.core.messages import (
    Conversation,
    Data,
    Media,
    Message,
    Reasoning,
    Text,
    ToolCall,
    ToolDefinition,
    ToolResult,
    prompt_budget,
)
from longpole.ui.trace.budget import budget_bar
from longpole.ui.trace.messages import MAX_MESSAGES, message_list, pretty
from longpole.ui.trace.queries import Span
from longpole.ui.trace.said import said_in

CALL = ToolCall("c1", "get_weather", {"city": "Paris"})
WHOLE = Conversation(
    (Text("Be brief."),),
    (
        Message("user", (Text("Weather?"), Media("image", "image/png", "https://x/a.png", None))),
        Message("assistant", (Reasoning("hm, the weather"), CALL)),
        Message("tool", (ToolResult("c1", '{"degrees": 21}'),)),
    ),
    (Message("assistant", (Text("Sunny."), Media("image", "", "", 300)), "", "stop"),),
    (ToolDefinition("get_weather", "the weather", {"type": "object"}),),
)


def texts(part: Any) -> list[str]:  # noqa: ANN401 - any component or its children
    if part is None:
        return []
    if isinstance(part, str | int | float):
        return [str(part)]
    if isinstance(part, list | tuple):
        return [text for one in part for text in texts(one)]
    return texts(getattr(part, "children", None))


def components(part: Any) -> list[Component]:  # noqa: ANN401
    if isinstance(part, list | tuple):
        return [found for one in part for found in components(one)]
    if not isinstance(part, Component):
        return []
    return [part, *components(getattr(part, "children", None))]


def test_every_part_is_shown_with_its_role() -> None:
    said = texts(message_list(WHOLE))
    assert "Messages (4)" in said
    assert [text for text in said if text in ("user", "assistant", "tool")] == [
        "user", "assistant", "tool", "assistant"
    ]  # fmt: skip
    assert {"Weather?", "Sunny.", "Be brief.", "hm, the weather", "the weather"} <= set(said)
    assert " · ended by stop" in said


def test_calls_are_pretty_and_results_name_their_call() -> None:
    said = texts(message_list(WHOLE))
    assert '{\n  "city": "Paris"\n}' in said
    place = said.index("result of")
    assert said[place + 1 : place + 4] == ["get_weather", "c1", '{\n  "degrees": 21\n}']


def test_instructions_tools_and_reasoning_are_folded() -> None:
    shown = components(message_list(WHOLE))
    folded = [part for part in shown if getattr(part, "className", "") == "tr-folded"]
    assert len(folded) == 3
    assert not any(getattr(part, "open", None) for part in folded)


def test_pictures_are_names_and_nothing_is_loaded() -> None:
    shown = components(message_list(WHOLE))
    assert {type(part).__name__ for part in shown}.isdisjoint({"Img", "A", "Link", "Iframe"})
    said = texts(message_list(WHOLE))
    assert "https://x/a.png" in said
    assert "image · 300 bytes, not kept" in said


def test_hostile_values_stay_text() -> None:
    bad = "<img src=x onerror=alert(1)>"
    said = Conversation(
        input=(Message(bad, (Text(bad), ToolCall(bad, bad, bad), Data(bad, {bad: [bad]})), bad),)
    )
    assert texts(message_list(said)).count(bad) >= 4
    allowed = {"Section", "H3", "Div", "B", "Pre", "Code"}
    assert {type(part).__name__ for part in components(message_list(said))} <= allowed


def test_very_many_messages_are_bounded_and_the_last_are_shown() -> None:
    many = tuple(Message("user", (Text(f"number {n}"),)) for n in range(MAX_MESSAGES + 7))
    said = texts(message_list(Conversation(input=many, left_out=3)))
    assert "10 earlier messages are left out." in said
    assert "number 206" in said and "number 6" not in said


def test_nothing_said_shows_nothing() -> None:
    assert message_list(Conversation()) is None
    assert budget_bar(None) is None


def test_json_is_shown_with_line_breaks_and_broken_json_as_it_is() -> None:
    assert pretty('{"a":1}') == '{\n  "a": 1\n}'
    assert pretty("{broken") == "{broken"
    assert pretty("[" * 100_000) == "[" * 100_000
    assert pretty("plain") == "plain"


def test_the_budget_says_what_is_an_estimate() -> None:
    said = texts(budget_bar(prompt_budget(WHOLE, 60, "gpt-5", {})))
    assert "estimate" in said
    assert any("o200k_base; 1 file is not" in text for text in said)
    numbers = [int(text) for text in said if text.isdigit()]
    assert sum(numbers) == 60


def test_the_budget_says_when_much_was_not_recorded_or_nothing_reported() -> None:
    assert "not recorded" in " ".join(texts(budget_bar(prompt_budget(WHOLE, 6000, "x", {}))))
    assert "not reported" in " ".join(texts(budget_bar(prompt_budget(WHOLE, None, "x", {}))))


def test_only_a_model_call_has_a_budget() -> None:
    asked = json.dumps([{"role": "user", "content": "Hi"}])
    raw = {"SpanKeys": ["gen_ai.input.messages"], "SpanValues": [asked]}
    facts = {"Kind": "llm", "Model": "gpt-5", "InputTokens": 9}
    call = said_in(Span(facts, raw))
    assert call.budget is not None and call.budget.total == 9
    assert said_in(Span({**facts, "Kind": "agent"}, raw)).budget is None
    assert said_in(Span(None, raw)).budget is None
