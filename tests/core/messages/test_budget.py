"""Tokens of a prompt by part."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.core.messages import Budget, Conversation, prompt_budget, read_messages
from longpole.core.messages.context import split_context
from longpole.core.messages.tokens import MAX_COUNTED, count_tokens, vocabulary_for

TOOL = {"type": "function", "name": "get_weather", "description": "weather", "parameters": {}}


def said(*messages: dict[str, Any], tools: tuple[Any, ...] = ()) -> Conversation:
    return read_messages({
        "gen_ai.input.messages": json.dumps(messages), "gen_ai.tool.definitions": json.dumps(tools)
    })  # fmt: skip


def by_part(budget: Budget | None) -> dict[str, tuple[int, str]]:
    assert budget is not None
    assert sum(share.tokens for share in budget.shares) == budget.total
    return {share.part: (share.tokens, share.how) for share in budget.shares}


WHOLE = said(
    {"role": "system", "content": "You answer questions about the weather in one sentence."},
    {"role": "user", "content": "Hello there"},
    {"role": "assistant", "content": "Hello, how can I help?"},
    {"role": "user", "content": "Weather in Paris? <context>Paris lies on the Seine.</context>"},
    {"role": "assistant", "tool_calls": [{"id": "c", "name": "get_weather", "arguments": "{}"}]},
    {"role": "tool", "tool_call_id": "c", "content": "sunny, 21 degrees, no wind at all"},
    tools=(TOOL,),
)


def test_parts_add_up_to_what_was_reported() -> None:
    found = by_part(prompt_budget(WHOLE, 1201, "gpt-5", {}))
    assert set(found) == {"system", "tools", "history", "retrieved", "user"}
    assert all(how == "estimated" for _, how in found.values())
    assert found["retrieved"][0] > found["user"][0]


def test_without_reported_tokens_it_is_the_tokenizers_count() -> None:
    budget = prompt_budget(said({"role": "user", "content": "hello world"}), None, "gpt-4o", {})
    assert budget is not None
    assert (budget.total, budget.total_how, budget.counted) == (5, "estimated", 2)
    assert budget.vocabulary == "o200k_base"


def test_what_the_instrumentation_says_is_exact() -> None:
    says = {"longpole.prompt.tokens.system": "40", "InputImageTokens": 85, "InputAudioTokens": None}
    found = by_part(prompt_budget(WHOLE, 1000, "gpt-5", says))
    assert found["system"] == (40, "exact")
    assert found["media"] == (85, "exact")
    assert found["user"][1] == "estimated"


def test_parts_larger_than_the_whole_are_not_believed() -> None:
    found = by_part(prompt_budget(WHOLE, 100, "gpt-5", {"longpole.prompt.tokens.system": 4000}))
    assert found["system"][1] == "estimated"


def test_no_prompt_no_budget() -> None:
    assert prompt_budget(Conversation(), 120, "gpt-5", {}) is None


@given(st.integers(0, 10**9))
def test_any_total_is_split_without_a_rest(total: int) -> None:
    by_part(prompt_budget(WHOLE, total, "gpt-5", {}))


def test_long_prompts_are_sampled_and_say_so() -> None:
    text = "The quick brown fox jumps over the lazy dog. " * 20_000
    assert len(text) > MAX_COUNTED
    counted = count_tokens([text], "gpt-4o")
    assert counted.sampled
    assert counted.tokens[0] == pytest.approx(10 * 20_000, rel=0.05)


def test_special_tokens_in_a_text_are_text() -> None:
    assert count_tokens(["<|endoftext|>"], "gpt-4o").tokens[0] > 1


@pytest.mark.parametrize(
    ("model", "vocabulary"),
    [
        ("gpt-4o-mini-2024-07-18", "o200k_base"), ("gpt-4-0613", "cl100k_base"),
        ("gpt-4.1", "o200k_base"), ("gpt-3.5-turbo", "cl100k_base"), ("o3-mini", "o200k_base"),
        ("openai/gpt-oss-120b", "gpt-oss"), ("claude-sonnet-4-5", "o200k_base"),
        ("gemini-2.5-flash", "gemma3"), ("meta-llama/Llama-3.3-70B", "llama3"),
        ("Qwen/Qwen3-8B", "qwen3"), ("deepseek-chat", "deepseek_v3"), ("", "o200k_base"),
        ("mistral-small-latest", "mistral_v3"), ("text-embedding-3-small", "cl100k_base"),
        ("moonshotai/kimi-k2", "kimi_k2"), ("glm-4.6", "glm4"),
    ],
)  # fmt: skip
def test_each_model_is_counted_with_its_own_or_the_nearest_vocabulary(
    model: str, vocabulary: str
) -> None:
    assert vocabulary_for(model) == vocabulary
    assert count_tokens(["Paris is sunny, 21°C."], model).tokens[0] > 4


def test_counts_are_those_of_the_published_vocabularies() -> None:
    # Known counts of o200k_base and cl100k_base.
    assert count_tokens(["hello world"], "gpt-4o").tokens == (2,)
    assert count_tokens(["tiktoken is great!"], "gpt-4").tokens == (6,)


@pytest.mark.parametrize(
    ("text", "context", "own"),
    [
        ("a <context>b</context> c", ["<context>b</context>"], "a  c"),
        ('<document id="1">b</document>', ['<document id="1">b</document>'], ""),
        ("<documents><document>b</document></documents>q",
         ["<documents><document>b</document></documents>"], "q"),
        ("a <context>b", [], "a <context>b"),
        ("a </context> b", [], "a </context> b"),
        ("<context>" * 50_000, [], "<context>" * 50_000),
    ],
)  # fmt: skip
def test_text_between_tags_was_looked_up(text: str, context: list[str], own: str) -> None:
    assert split_context(text) == (context, own)
