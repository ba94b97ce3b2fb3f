"""Calls of models as frames, and what a price book says of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from longpole.core.prices import PriceBook

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
COUNTS = (
    "InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "CacheWrite1hTokens",
    "ReasoningTokens", "InputAudioTokens", "InputImageTokens", "OutputAudioTokens",
    "OutputImageTokens",
)  # fmt: skip
MONEY = pl.Decimal(18, 9)
SCHEMA: dict[str, Any] = {
    "Provider": pl.String,
    "Model": pl.String,
    "Start": pl.Datetime("ns", "UTC"),
    **dict.fromkeys(COUNTS, pl.UInt64),
    "ServiceTier": pl.String,
    "ReportedCostUsd": MONEY,
    "ReportedInputCostUsd": MONEY,
    "ReportedOutputCostUsd": MONEY,
}


def call(provider: str, model: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401
    """A call at noon of 2026-11-20; what is not given is null."""
    plain: dict[str, Any] = dict.fromkeys(SCHEMA)
    return {**plain, "Provider": provider, "Model": model, "Start": NOON, **values}


def price(book: PriceBook, *calls: dict[str, Any]) -> list[dict[str, Any]]:
    """The calls with their costs."""
    return book.price_calls(pl.DataFrame(list(calls), schema=SCHEMA)).to_dicts()


def costs(book: PriceBook, *calls: dict[str, Any]) -> Sequence[float | None]:
    """What the lists say the calls cost."""
    found = (row["ComputedCostUsd"] for row in price(book, *calls))
    return [None if cost is None else float(cost) for cost in found]
