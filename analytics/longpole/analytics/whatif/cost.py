"""What the spans of changed traces would cost."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import polars as pl

from longpole.analytics.whatif.effects import Effects
from longpole.analytics.whatif.replay_kernels import Bools, Floats

PRICED = (
    "Provider", "Model", "Start", "ServiceTier", "InputTokens", "OutputTokens", "CacheReadTokens",
    "CacheWriteTokens",
)  # fmt: skip


class Prices(Protocol):
    """What is needed of longpole.core.prices."""

    def price_calls(self, calls: pl.DataFrame) -> pl.DataFrame:
        """Append CostUsd to calls (columns PRICED and ReportedCostUsd), in the same order."""
        ...


def costs_before(spans: pl.DataFrame) -> Floats:
    """USD of each span that totals count; 0 for the others, not a number where no price is known.

    A call without tokens costs nothing that anybody could know of, so 0 as well.
    """
    usd = spans["CostUsd"].cast(pl.Float64).fill_null(np.nan).to_numpy(writable=True)
    said = spans.select(
        pl.col("InputTokens").is_not_null() | pl.col("OutputTokens").is_not_null()
    ).to_series()
    counted = spans["Counted"].to_numpy()
    usd[~counted | (np.isnan(usd) & ~said.to_numpy())] = 0.0
    return usd


def costs_after(spans: pl.DataFrame, effects: Effects, prices: Prices) -> Floats:
    """The same after a change: what is not called is free, another model has its own price.

    Cached input is priced as read from the cache; its saving is taken from the known cost.
    """
    usd = costs_before(spans)
    counted = spans["Counted"].to_numpy()
    other = counted & (effects.model != "").to_numpy()
    cached = counted & (effects.fresh_share < 1) & ~other
    if other.any():
        usd[other] = _priced(spans, effects, other, prices)
    if cached.any():
        was = _priced(spans, None, cached, prices)
        usd[cached] += np.nan_to_num(_priced(spans, effects, cached, prices) - was)
    usd[effects.free] = 0.0
    return usd


def _priced(spans: pl.DataFrame, effects: Effects | None, rows: Bools, prices: Prices) -> Floats:
    """USD by price list; of the spans as they are where no effects are given."""
    calls = spans.select(PRICED).with_columns(
        pl.lit(None, pl.Decimal(18, 9)).alias("ReportedCostUsd")
    )
    if effects is not None:
        read = pl.col("CacheReadTokens").cast(pl.Float64).fill_null(0.0)
        fresh = (pl.col("InputTokens").cast(pl.Float64) - read).clip(0)
        share = pl.Series(effects.fresh_share)
        other = pl.Series(effects.model)
        calls = calls.with_columns(
            CacheReadTokens=(read + fresh * (1 - share)).round().cast(pl.UInt64),
            Provider=pl.when(other == "")
            .then(pl.col("Provider").cast(pl.String))
            .otherwise(pl.lit("")),
            Model=pl.when(other == "").then(pl.col("Model").cast(pl.String)).otherwise(other),
        )
    priced = prices.price_calls(calls.filter(pl.Series(rows)))
    return priced["CostUsd"].cast(pl.Float64).fill_null(np.nan).to_numpy(writable=True)
