"""Cases computed by hand: prompt sizes, cache writes, dates, service tiers, audio, images."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from priced import call, costs, price

from longpole.core.prices import PriceBook

BOOK = PriceBook.default()
FULL = 1_000_000
Usage = dict[str, Any]


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def test_the_prompt_size_sets_the_price_of_all_tokens() -> None:
    # gemini-2.5-pro: 1.25 and 10 USD a million up to 200,000 input tokens, 2.50 and 15 beyond.
    pro = ("gcp.gemini", "gemini-2.5-pro")
    assert costs(
        BOOK,
        call(*pro, InputTokens=200_000, OutputTokens=1_000),
        call(*pro, InputTokens=200_001, OutputTokens=1_000),
    ) == pytest.approx([0.26, 0.5150025])


def test_cache_writes_for_an_hour_cost_twice_the_input() -> None:
    # 1 USD a million in, 0.10 read, 1.25 written for five minutes, 2 for an hour.
    usage: Usage = {"InputTokens": FULL, "OutputTokens": 0, "CacheReadTokens": 500_000}
    haiku = ("anthropic", "claude-haiku-4-5")
    assert costs(
        BOOK,
        call(*haiku, **usage, CacheWriteTokens=400_000),
        call(*haiku, **usage, CacheWriteTokens=400_000, CacheWrite1hTokens=300_000),
        call(*haiku, **usage, CacheWrite1hTokens=400_000),
    ) == pytest.approx([0.1 + 0.05 + 0.5, 0.1 + 0.05 + 0.125 + 0.6, 0.1 + 0.05 + 0.8])


def test_a_list_without_the_price_of_an_hour_takes_twice_the_input_and_says_so() -> None:
    usage: Usage = {"InputTokens": FULL, "OutputTokens": 0, "CacheWriteTokens": FULL}
    copilot = ("github-copilot", "claude-haiku-4.5")
    five_minutes, hour = price(
        BOOK, call(*copilot, **usage), call(*copilot, **usage, CacheWrite1hTokens=FULL)
    )
    assert (float(five_minutes["CostUsd"]), float(hour["CostUsd"])) == (1.25, 2.0)
    assert five_minutes["PriceSource"] == BOOK.lists[0].source
    assert hour["PriceSource"].endswith(" (1 h cache writes at 2x input)")


def test_the_price_of_the_day_of_the_call_holds() -> None:
    # o3 cost 10 USD a million in until 2025-06-10, 2 from then on.
    usage = {"InputTokens": FULL, "OutputTokens": 0}
    assert costs(
        BOOK,
        call("openai", "o3", Start=at(2025, 6, 9), **usage),
        call("openai", "o3", Start=at(2025, 6, 10), **usage),
    ) == [10.0, 2.0]


def test_batch_flex_and_priority_have_prices_of_their_own() -> None:
    # gpt-5: 1.25 in and 10 out; batch and flex half of it, priority twice.
    usage = {"InputTokens": FULL, "OutputTokens": FULL}
    rows = price(
        BOOK, *(call("openai", "gpt-5", ServiceTier=tier, **usage)
                for tier in (None, "default", "auto", "batch", "Flex", "priority"))
    )  # fmt: skip
    assert [float(row["CostUsd"]) for row in rows] == [11.25, 11.25, 11.25, 5.625, 5.625, 22.5]
    assert {row["PriceSource"] for row in rows} == {BOOK.lists[0].source}


def test_a_tier_that_nobody_lists_costs_the_standard_price_and_says_so() -> None:
    usage = {"InputTokens": FULL, "OutputTokens": 0}
    early, unheard = price(
        BOOK,
        call("openai", "gpt-5", ServiceTier="batch", Start=at(2026, 1, 1), **usage),
        call("openai", "gpt-5", ServiceTier="moonlight", **usage),
    )
    assert float(early["CostUsd"]) == float(unheard["CostUsd"]) == 1.25
    assert (
        early["PriceSource"] == unheard["PriceSource"] == f"{BOOK.lists[0].source} (standard tier)"
    )


def test_audio_and_images_have_prices_of_their_own() -> None:
    # gpt-realtime: 4 in, 16 out, audio 32 in and 64 out, image 5 in, cached 0.40, image 0.50.
    spoken = call(
        "openai", "gpt-realtime", InputTokens=FULL, OutputTokens=FULL, InputAudioTokens=500_000,
        InputImageTokens=100_000, OutputAudioTokens=750_000,
    )  # fmt: skip
    (row,) = price(BOOK, spoken)
    assert float(row["CostInputUsd"]) == pytest.approx(1.6 + 16 + 0.5)
    assert float(row["CostOutputUsd"]) == pytest.approx(4 + 48)


def test_cached_tokens_are_text_as_far_as_there_is_text() -> None:
    # Half of the input is audio; 600,000 cached tokens must hold 100,000 of it.
    spoken = call(
        "openai", "gpt-realtime", InputTokens=FULL, OutputTokens=0, InputAudioTokens=500_000,
        CacheReadTokens=600_000,
    )  # fmt: skip
    assert costs(BOOK, spoken) == pytest.approx([0.5 * 0.4 + 0.1 * 0.4 + 0.4 * 32])
    image = call(
        "openai", "gpt-realtime", InputTokens=FULL, OutputTokens=0, InputImageTokens=FULL,
        CacheReadTokens=200_000,
    )  # fmt: skip
    assert costs(BOOK, image) == pytest.approx([0.2 * 0.5 + 0.8 * 5])


def test_parts_that_exceed_their_whole_are_not_priced() -> None:
    realtime = ("openai", "gpt-realtime")
    assert costs(
        BOOK,
        call(*realtime, InputTokens=10, OutputTokens=0, InputAudioTokens=11),
        call(*realtime, InputTokens=10, OutputTokens=5, OutputAudioTokens=6),
        call("anthropic", "claude-haiku-4-5", InputTokens=10, OutputTokens=0, CacheWriteTokens=4,
             CacheWrite1hTokens=5),
    ) == [None, None, None]  # fmt: skip


def test_reported_parts_and_totals() -> None:
    usage = {"InputTokens": FULL, "OutputTokens": FULL}
    parts = {"ReportedInputCostUsd": Decimal("0.1"), "ReportedOutputCostUsd": Decimal("0.2")}
    whole, summed, negative, computed = price(
        BOOK,
        call("openai", "gpt-5", **usage, **parts, ReportedCostUsd=Decimal("0.4")),
        call("openai", "gpt-5", **usage, **parts),
        call("openai", "gpt-5", **usage, ReportedCostUsd=Decimal("-1")),
        call("openai", "gpt-5", **usage),
    )
    shown = [
        tuple(None if row[name] is None else float(row[name])
              for name in ("CostUsd", "CostInputUsd", "CostOutputUsd", "ComputedCostUsd"))
        for row in (whole, summed, negative, computed)
    ]  # fmt: skip
    assert shown[0] == pytest.approx((0.4, 0.1, 0.2, 11.25))
    assert shown[1] == pytest.approx((0.3, 0.1, 0.2, 11.25))
    assert shown[2] == shown[3] == pytest.approx((11.25, 1.25, 10.0, 11.25))
    assert [row["CostSource"] for row in (whole, summed, negative, computed)] == [
        "reported", "reported", "computed", "computed"
    ]  # fmt: skip


def test_the_computed_cost_can_be_preferred() -> None:
    book = PriceBook(BOOK.lists, "computed")
    usage = {"InputTokens": FULL, "OutputTokens": 0}
    known, unknown = price(
        book,
        call("openai", "gpt-5", **usage, ReportedCostUsd=Decimal("0.4")),
        call("openai", "nobody-made-this", **usage, ReportedCostUsd=Decimal("0.4")),
    )
    assert (float(known["CostUsd"]), known["CostSource"]) == (1.25, "computed")
    assert (float(unknown["CostUsd"]), unknown["CostSource"]) == (0.4, "reported")
