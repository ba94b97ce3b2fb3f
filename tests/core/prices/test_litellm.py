"""Prices of a LiteLLM file: which keys count, which list comes first, what a new file changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from priced import call, costs, price

from longpole.core.errors import InputError
from longpole.core.prices import PriceBook
from longpole.core.prices.genai import pinned
from longpole.core.prices.litellm import LitellmPrices, parse_litellm
from longpole.core.prices.refresh import refresh_litellm

FULL = 1_000_000
MODEL = {"litellm_provider": "openai", "input_cost_per_token": 2e-6, "output_cost_per_token": 8e-6}
FILE: dict[str, Any] = {
    "sample_spec": {"input_cost_per_token": 0.0, "litellm_provider": "one of many"},
    "house-4": {
        **MODEL,
        "input_cost_per_token_batches": 1e-6,
        "output_cost_per_token_batches": 4e-6,
        "input_cost_per_token_priority": 4e-6,
        "input_cost_per_token_above_200k_tokens": 3e-6,
        "input_cost_per_token_above_200k_tokens_priority": 6e-6,
        "cache_read_input_token_cost": 5e-7,
        "cache_read_input_token_cost_flex": 2.5e-7,
        "max_tokens": 9,
        "mode": "chat",
        "supports_vision": True,
    },
    "bedrock/house-4": {
        **MODEL,
        "litellm_provider": "bedrock_converse",
        "input_cost_per_token": 5e-6,
    },
    "house-claude-5": {
        **MODEL,
        "litellm_provider": "anthropic",
        "cache_creation_input_token_cost": 2.5e-6,
        "cache_creation_input_token_cost_above_1hr": 4.5e-6,
        "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 9e-6,
    },
    "house-voice": {
        **MODEL,
        "input_cost_per_audio_token": 3.2e-5,
        "output_cost_per_audio_token": 6.4e-5,
        "output_cost_per_reasoning_token": 1.6e-5,
        "output_cost_per_image_token": None,
    },
    "gpt-5": {**MODEL, "input_cost_per_token": 9e-6, "input_cost_per_token_flex": 7e-6},
    "free-or-unknown": {"litellm_provider": "openai", "input_cost_per_token": 0.0},
    "image-maker": {"litellm_provider": "openai", "output_cost_per_image": 0.04},
}


def listed(content: dict[str, Any]) -> LitellmPrices:
    return LitellmPrices(parse_litellm(json.dumps(content).encode(), "prices.json").models)


BOOK = PriceBook([pinned(), listed(FILE)])


def house(model: str = "house-4", provider: str = "openai", **values: object) -> dict[str, Any]:
    return call(provider, model, **{"InputTokens": 100_000, "OutputTokens": 0, **values})


def test_prompt_sizes_and_tiers() -> None:
    assert costs(
        BOOK,
        house(),
        house(InputTokens=200_000),
        house(InputTokens=FULL),
        house(ServiceTier="batch", OutputTokens=FULL),
        house(ServiceTier="priority"),
        house(ServiceTier="priority", InputTokens=FULL),
        house(ServiceTier="flex", CacheReadTokens=100_000),
        house(CacheReadTokens=100_000),
    ) == pytest.approx([0.2, 0.4, 3.0, 0.1 + 4, 0.4, 6.0, 0.025, 0.05])


def test_cache_writes_audio_and_reasoning() -> None:
    written = {"CacheWriteTokens": 100_000, "CacheWrite1hTokens": 40_000}
    assert costs(
        BOOK,
        house("house-claude-5", "anthropic", **written),
        house("house-claude-5", "anthropic", **written, InputTokens=300_000),
        house("house-voice", InputAudioTokens=50_000),
        house("house-voice", InputTokens=0, OutputTokens=FULL, OutputAudioTokens=250_000,
              ReasoningTokens=500_000),
    ) == pytest.approx([0.15 + 0.18, 0.4 + 0.15 + 0.36, 0.1 + 1.6, 2 + 16 + 8])  # fmt: skip


def test_the_provider_tells_entries_of_one_name_apart() -> None:
    assert costs(
        BOOK, house(), house(provider="aws.bedrock"), house(provider="gateway"), house(provider="")
    ) == pytest.approx([0.2, 0.5, 0.2, 0.2])
    assert costs(BOOK, house(provider="vllm"), house("free-or-unknown"), house("image-maker")) == [
        None, None, None
    ]  # fmt: skip


def test_genai_prices_comes_first_and_litellm_fills_its_gaps() -> None:
    early = call("openai", "gpt-5", InputTokens=FULL, OutputTokens=0).copy()
    old = early["Start"].replace(year=2025)
    standard, flex, before = price(
        BOOK,
        early,
        {**early, "ServiceTier": "flex"},
        {**early, "ServiceTier": "flex", "Start": old},
    )
    assert [float(row["CostUsd"]) for row in (standard, flex, before)] == [1.25, 0.625, 7.0]
    assert standard["PriceSource"] == flex["PriceSource"] == pinned().source
    assert before["PriceSource"] == "litellm"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (-1e-6, "house-5: input_cost_per_token is -1e-06, not a price from 0 to 1,000 USD"),
        (1e9, "house-5: input_cost_per_token is 1000000000.0, not a price from 0 to 1,000 USD"),
        ("cheap", "house-5: input_cost_per_token is 'cheap', not a number"),
        (True, "house-5: input_cost_per_token is 'True', not a number"),
    ],
)
def test_a_bad_entry_is_left_out_and_said(value: object, words: str) -> None:
    bad = {**FILE, "house-5": {**MODEL, "input_cost_per_token": value}, "house-6": 7}
    found = parse_litellm(json.dumps(bad).encode(), "prices.json")
    assert found.left_out == [words, "house-6: '7' is not an object"]
    assert "house-5" not in found.models
    assert "house-4" in found.models


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "prices.json is not JSON"),
        (b"[1, 2]", "prices.json is a JSON list, not an object of models"),
        (b"{}", "prices.json has no model with a price a token"),
        (b'{"a": {"input_cost_per_token": -1}}', "(a: input_cost_per_token is -1, not a price"),
        (b'{"a": {"input_cost_per_token": NaN}}', "prices.json is not JSON"),
    ],
)
def test_what_is_no_price_file_is_refused_in_one_line(body: bytes, words: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_litellm(body, "prices.json")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_new_file_is_put_in_use_with_what_it_changes(tmp_path: Path) -> None:
    source, stored = tmp_path / "new.json", tmp_path / "data" / "prices" / "litellm.json"
    source.write_text(json.dumps(FILE))
    first = refresh_litellm(source, stored)
    assert (first.models, len(first.new), first.changed, first.gone) == (5, 5, {}, [])
    changed = {
        **FILE,
        "house-7": MODEL,
        "house-4": {**FILE["house-4"], "input_cost_per_token": 1e-6},
    }
    del changed["gpt-5"]
    source.write_text(json.dumps(changed))
    second = refresh_litellm(source, stored)
    assert (second.new, second.gone) == (["house-7"], ["gpt-5"])
    assert second.changed == {"house-4": ["input 2/M -> 1/M"]}
    assert json.loads(stored.read_text()) == changed
    assert [file.name for file in stored.parent.iterdir()] == ["litellm.json"]


def test_a_bad_file_leaves_the_one_in_use(tmp_path: Path) -> None:
    source, stored = tmp_path / "new.json", tmp_path / "litellm.json"
    source.write_text(json.dumps(FILE))
    refresh_litellm(source, stored)
    source.write_text("{}")
    with pytest.raises(InputError, match="has no model"):
        refresh_litellm(source, stored)
    assert json.loads(stored.read_text()) == FILE
    with pytest.raises(InputError, match="cannot be read"):
        refresh_litellm(tmp_path / "nowhere.json", stored)
