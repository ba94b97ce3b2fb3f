"""Every model of genai-prices, at every tier, costs what genai-prices itself says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import genai_prices
import polars as pl
from genai_prices.data import providers
from genai_prices.types import ModelInfo
from hypothesis import example, given, settings
from hypothesis import strategies as st
from priced import SCHEMA

from longpole.core.prices import PriceBook
from longpole.core.prices.genai import CONTEXTS, GenaiPrices
from longpole.core.prices.names import STANDARD
from longpole.core.prices.units import UNITS

MODELS = [(provider, model) for provider in providers for model in provider.models]
TOKENS = st.one_of(st.integers(0, 2_000), st.integers(0, 2_000_000))


class ByNumber(GenaiPrices):
    """The list asked by a model's number, because some models cannot be named unambiguously."""

    def find(self, provider: str, model: str, tier: str) -> Sequence[int]:
        number = self._ids.get((id(MODELS[int(model)][1]), tier))
        return () if number is None else (number,)


LIST = ByNumber(providers, "genai")
BOOK = PriceBook([LIST])


@st.composite
def usages(draw: st.DrawFn) -> dict[str, int]:
    """Counts that do not contradict each other: parts of input and of output share no token."""
    prompt, answer = draw(TOKENS), draw(TOKENS)
    read = draw(st.integers(0, prompt))
    write = draw(st.integers(0, prompt - read))
    audio = draw(st.integers(0, prompt - read - write))
    reasoning = draw(st.integers(0, answer))
    spoken = draw(st.integers(0, answer - reasoning))
    return {
        "InputTokens": prompt,
        "CacheReadTokens": read,
        "CacheWriteTokens": write,
        "CacheWrite1hTokens": draw(st.integers(0, write)),
        "InputAudioTokens": audio,
        "InputImageTokens": draw(st.integers(0, prompt - read - write - audio)),
        "OutputTokens": answer,
        "ReasoningTokens": reasoning,
        "OutputAudioTokens": spoken,
        "OutputImageTokens": draw(st.integers(0, answer - reasoning - spoken)),
    }


def theirs(usage: dict[str, int]) -> genai_prices.Usage:
    return genai_prices.Usage(
        input_tokens=usage["InputTokens"],
        output_tokens=usage["OutputTokens"],
        cache_read_tokens=usage["CacheReadTokens"],
        cache_write_tokens=usage["CacheWriteTokens"],
        cache_write_1h_tokens=usage["CacheWrite1hTokens"],
        input_audio_tokens=usage["InputAudioTokens"],
        input_image_tokens=usage["InputImageTokens"],
        cache_audio_read_tokens=0,
        cache_image_read_tokens=0,
        output_reasoning_tokens=usage["ReasoningTokens"],
        output_audio_tokens=usage["OutputAudioTokens"],
        output_image_tokens=usage["OutputImageTokens"],
    )


ZERO = dict.fromkeys(
    ("CacheWriteTokens", "CacheWrite1hTokens", "InputAudioTokens", "InputImageTokens",
     "ReasoningTokens", "OutputAudioTokens", "OutputImageTokens"), 0
)  # fmt: skip
LONG = {"InputTokens": 300_000, "OutputTokens": 7_000, "CacheReadTokens": 260_000, **ZERO}


@settings(max_examples=12, deadline=None)
@given(usages(), st.sampled_from([STANDARD, *CONTEXTS]), st.integers(0, 1_000 * 24 * 60))
@example(LONG, STANDARD, 890 * 24 * 60)
@example(LONG, "batch", 890 * 24 * 60)
@example(LONG, "flex", 880 * 24 * 60)
@example(LONG, "priority", 880 * 24 * 60)
@example(LONG, "fast", 950 * 24 * 60)
def test_all_models_cost_the_same(usage: dict[str, int], tier: str, minutes: int) -> None:
    start = datetime(2024, 6, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    calls = [
        {"Provider": "", "Model": str(number), "Start": start, "ServiceTier": tier, **usage}
        for number in range(len(MODELS))
    ]
    rows = BOOK.price_calls(pl.DataFrame(calls, schema=SCHEMA)).to_dicts()
    context = CONTEXTS.get(tier)
    wrong: list[Any] = []
    for (provider, model), row in zip(MODELS, rows, strict=True):
        expected = model.calc_price(
            theirs(usage), provider, genai_request_timestamp=start, price_context=context
        )
        if "1 h cache writes" in row["PriceSource"]:
            continue  # genai-prices takes the price of five minutes; see test_tiers
        if row["ComputedCostUsd"] is None:  # it prices only what spans do not count
            difference = expected.total_price
        else:
            difference = abs(row["ComputedCostUsd"] - expected.total_price)
            parts = (row["CostInputUsd"], row["CostOutputUsd"])
            theirs_by_part = (expected.input_price, expected.output_price)
            difference = max(
                difference, *(abs(a - b) for a, b in zip(parts, theirs_by_part, strict=True))
            )
        if difference > Decimal("1.0000001e-9"):
            wrong.append((provider.id, model.id, row["ComputedCostUsd"], expected.total_price))
    assert wrong == []


def test_every_tier_of_the_list_is_compiled() -> None:
    tiers = LIST.rows.group_by("Tier").agg(pl.col("PriceId").n_unique()).to_dicts()
    counted = {row["Tier"]: row["PriceId"] for row in tiers}
    assert counted.keys() == {STANDARD, *CONTEXTS}
    assert counted[STANDARD] == len(MODELS)
    assert {tier: counted[tier] for tier in CONTEXTS} == {
        tier: sum(is_listed_at(model, context) for _, model in MODELS)
        for tier, context in CONTEXTS.items()
    }


def is_listed_at(model: ModelInfo, context: dict[str, str]) -> bool:
    tokens = {unit.genai for unit in UNITS}
    return any(
        variant.when.items() <= context.items() and tokens & vars(variant.prices).keys()
        for variant in model.price_variants or ()
    )
