"""Costs equal those of genai-prices call by call; what has no price stays unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import genai_prices
import polars as pl
import pytest
from genai_prices.data import providers
from genai_prices.types import ModelPrice, TieredPrices
from hypothesis import given, settings
from hypothesis import strategies as st

from longpole.core.prices import PriceBook

BOOK = PriceBook.default()
COUNTS = ("InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "ReasoningTokens")
SCHEMA: dict[str, Any] = {
    "Provider": pl.String,
    "Model": pl.String,
    "Start": pl.Datetime("ns", "UTC"),
    **dict.fromkeys(COUNTS, pl.UInt64),
    "ReportedCostUsd": pl.Decimal(18, 9),
}
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NAMES = {"google": "gcp.gemini", "azure": "azure.ai.openai", "aws": "aws.bedrock"}


def call(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - columns of several types
    plain: dict[str, Any] = dict.fromkeys(SCHEMA)
    return {**plain, "Provider": "openai", "Model": "gpt-4o-mini", "Start": NOON, **values}


def priced(*calls: dict[str, Any]) -> list[tuple[Decimal | None, str]]:
    frame = BOOK.price_calls(pl.DataFrame(list(calls), schema=SCHEMA))
    assert frame.schema["CostUsd"] == pl.Decimal(18, 9)
    return list(frame.select("CostUsd", "CostSource").iter_rows())


def _sample() -> list[tuple[str, str]]:
    """Every model with tiers, dates or a price a request, and every twentieth of the others."""
    special: list[tuple[str, str]] = []
    plain: list[tuple[str, str]] = []
    for provider in providers:
        for model in provider.models:
            listed = model.prices
            single = isinstance(listed, ModelPrice)
            entries: list[ModelPrice] = (
                [listed] if isinstance(listed, ModelPrice) else [entry.prices for entry in listed]
            )
            values = [value for entry in entries for value in entry.__dict__.values()]
            tiers = any(isinstance(value, TieredPrices) for value in values)
            requests = any(entry.requests_kcount for entry in entries)
            # Some ids of the list are not names of the model they belong to.
            if provider.find_model(model.id) is model:
                chosen = special if tiers or requests or not single else plain
                chosen.append((provider.id, model.id))
    return special + plain[::20]


MODELS = _sample()
TOKENS = st.one_of(st.integers(0, 2000), st.integers(0, 2_000_000))


@st.composite
def usages(draw: st.DrawFn) -> dict[str, int]:
    prompt, answer = draw(TOKENS), draw(TOKENS)
    read = draw(st.integers(0, prompt))
    return {
        "InputTokens": prompt,
        "OutputTokens": answer,
        "CacheReadTokens": read,
        "CacheWriteTokens": draw(st.integers(0, prompt - read)),
        "ReasoningTokens": draw(st.integers(0, answer)),
    }


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(MODELS), usages(), st.integers(0, 900 * 24 * 60))
def test_equals_genai_prices(model: tuple[str, str], usage: dict[str, int], minutes: int) -> None:
    start = datetime(2024, 6, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    provider, name = model
    expected = genai_prices.calc_price(
        genai_prices.Usage(
            input_tokens=usage["InputTokens"],
            output_tokens=usage["OutputTokens"],
            cache_read_tokens=usage["CacheReadTokens"],
            cache_write_tokens=usage["CacheWriteTokens"],
            output_reasoning_tokens=usage["ReasoningTokens"],
        ),
        name,
        provider_id=provider,
        genai_request_timestamp=start,
    )
    ((cost, source),) = priced(
        call(Provider=NAMES.get(provider, provider), Model=name, Start=start, **usage)
    )
    if source == "none":  # it prices only what spans do not count, such as seconds of audio
        assert expected.total_price == 0
    else:
        assert cost == pytest.approx(expected.total_price, abs=Decimal("1e-9"))
        assert source == "computed"


def test_sample_has_tiers_hours_and_requests() -> None:
    assert ("deepseek", "deepseek-reasoner") in MODELS
    assert any("gemini" in name and "pro" in name for _, name in MODELS)
    assert len(MODELS) > 200


def test_half_a_million_tokens_reach_the_upper_tier() -> None:
    usage = {"OutputTokens": 10}
    (low, _), (high, _) = priced(
        call(Provider="gcp.gemini", Model="gemini-2.5-pro", InputTokens=200_000, **usage),
        call(Provider="gcp.gemini", Model="gemini-2.5-pro", InputTokens=200_001, **usage),
    )
    assert low is not None and high is not None
    assert high > low * Decimal("1.9")


def test_unknown_and_self_hosted_models_have_no_cost() -> None:
    usage = {"InputTokens": 10, "OutputTokens": 10}
    assert (
        priced(
            call(Model="nobody-made-this", **usage),
            call(Provider="ollama", Model="mistral-small", **usage),
            call(Provider="", Model="", **usage),
            call(Provider=None, Model=None, **usage),
        )
        == [(None, "none")] * 4
    )


def test_provider_unknown_to_the_list_falls_back_on_the_model_name() -> None:
    usage = {"InputTokens": 1000, "OutputTokens": 100}
    direct, *others = priced(
        call(**usage),
        call(Provider="our-gateway", **usage),
        call(Provider="", **usage),
        call(Provider="anthropic", **usage),
    )
    assert direct[0] == Decimal("0.00021")
    assert others == [direct] * 3


def test_every_canonical_provider_with_prices_is_translated() -> None:
    usage = {"InputTokens": 1000, "OutputTokens": 100}
    models = {
        "azure.ai.openai": "gpt-4o",
        "aws.bedrock": "anthropic.claude-3-5-sonnet-20241022-v2:0",
        "gcp.gemini": "gemini-2.5-flash",
        "gcp.vertex_ai": "gemini-2.5-flash",
        "mistral_ai": "mistral-large-latest",
        "x_ai": "grok-4",
        "cohere": "command-r-plus",
        "deepseek": "deepseek-chat",
    }
    costs = priced(*(call(Provider=p, Model=m, **usage) for p, m in models.items()))
    assert [source for _, source in costs] == ["computed"] * len(models)


def test_zero_tokens_cost_nothing_and_no_tokens_are_unknown() -> None:
    zero, none, only_input = priced(
        call(InputTokens=0, OutputTokens=0), call(), call(InputTokens=1_000_000)
    )
    assert zero == (Decimal(0), "computed")
    assert none == (None, "none")
    assert only_input == (Decimal("0.15"), "computed")


def test_reported_cost_holds_and_computed_where_there_is_none() -> None:
    reported = {"ReportedCostUsd": Decimal("0.5")}
    assert priced(
        call(InputTokens=1_000_000, OutputTokens=0, **reported),
        call(Model="nobody-made-this", InputTokens=5, **reported),
        call(**reported),
    ) == [
        (Decimal("0.5"), "reported"),
        (Decimal("0.5"), "reported"),
        (Decimal("0.5"), "reported"),
    ]


def test_a_reported_zero_holds_only_where_no_list_has_a_price() -> None:
    reported = {"ReportedCostUsd": Decimal(0)}
    assert priced(
        call(InputTokens=1_000_000, OutputTokens=0, **reported),
        call(InputTokens=0, OutputTokens=0, **reported),
        call(Model="nobody-made-this", InputTokens=5, **reported),
    ) == [(Decimal("0.15"), "computed"), (Decimal(0), "reported"), (Decimal(0), "reported")]


def test_contradicting_counts_are_not_priced() -> None:
    assert (
        priced(
            call(InputTokens=10, OutputTokens=1, CacheReadTokens=11),
            call(OutputTokens=1, CacheReadTokens=11),
            call(InputTokens=2**64 - 1, OutputTokens=1),
        )
        == [(None, "none")] * 3
    )


def test_a_hundred_thousand_calls_keep_their_order() -> None:
    names = [("openai", "gpt-4o"), ("anthropic", "claude-sonnet-4-5"), ("openai", "no-such-model")]
    size = 100_000
    calls = pl.DataFrame(
        {
            "Number": range(size),
            "Provider": [names[i % 3][0] for i in range(size)],
            "Model": [names[i % 3][1] for i in range(size)],
            "Start": [NOON] * size,
            "InputTokens": [i % 5000 for i in range(size)],
            "OutputTokens": [1] * size,
        },
        schema_overrides={key: SCHEMA[key] for key in ("Start", "InputTokens", "OutputTokens")},
    ).with_columns(
        *(pl.lit(None, pl.UInt64).alias(name) for name in COUNTS[2:]),
        ReportedCostUsd=pl.lit(None, pl.Decimal(18, 9)),
    )
    result = BOOK.price_calls(calls)
    assert result["Number"].to_list() == list(range(size))
    unknown = pl.col("Model") == "no-such-model"
    assert result.filter(unknown)["CostUsd"].null_count() == result.filter(unknown).height
    assert result.filter(~unknown)["CostUsd"].null_count() == 0
    row = result.row(4999 * 3, named=True)
    ((alone, _),) = priced(call(Model="gpt-4o", InputTokens=row["InputTokens"], OutputTokens=1))
    assert row["CostUsd"] == alone


def test_no_calls_give_no_rows() -> None:
    result = BOOK.price_calls(pl.DataFrame(schema=SCHEMA))
    assert result.height == 0
    assert result.schema["CostUsd"] == pl.Decimal(18, 9)
