"""The flat, dated form that every price list is compiled to. Prices are US dollars for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from longpole.core.prices.units import PRICES

SCHEMA: dict[str, Any] = {
    "PriceId": pl.UInt32,
    "Model": pl.String,
    "Tier": pl.String,
    "Position": pl.UInt32,
    "FromDate": pl.Date,
    "ToDate": pl.Date,
    "FromTime": pl.Time,
    "ToTime": pl.Time,
    "OverTokens": pl.Int64,
    "Assumed1h": pl.Boolean,
    **dict.fromkeys(PRICES, pl.Float64),
}
LIMITS = ("FromDate", "ToDate", "FromTime", "ToTime")
WRITE, WRITE_1H = 1.25, 2.0  # Anthropic's prices of writing to the cache, as parts of the input's


def price_frame(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """A list's rows; what a row leaves out is null.

    Of the rows with one `PriceId` those hold whose dates (`ToDate` is the first day after) and
    time of day fit and whose `OverTokens` the input exceeds; of these, the one with the highest
    `Position`, then `OverTokens`. A row without any price says that nothing of it can be priced.
    """
    frame = pl.DataFrame(list(rows), schema=SCHEMA)
    return frame.with_columns(Assumed1h=_assumed()).with_columns(
        CacheWrite1hPrice=pl.when("Assumed1h")
        .then(pl.col("InputPrice") * WRITE_1H)
        .otherwise("CacheWrite1hPrice")
    )


def _assumed() -> pl.Expr:
    """Lists that know only the five-minute price of a Claude model: an hour costs what it does."""
    ratio = pl.col("CacheWritePrice") / pl.col("InputPrice")
    return (
        pl.col("Model").str.contains("claude", literal=True)
        & pl.col("CacheWrite1hPrice").is_null()
        & ((ratio - WRITE).abs() < 1e-6)
    ).fill_null(False)
