"""The price list of genai-prices as a flat frame.

A model has entries in order of precedence (a later one wins while its date or time of day holds);
an entry with tiers becomes a row for each threshold. Prices are US dollars a token or a request.
What is priced by other units (audio, images, pages, searches, characters) is left out: spans do
not say how many there were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
from genai_prices.types import (
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)

UNITS = {
    "InputPrice": ("input_mtok", 1_000_000),
    "OutputPrice": ("output_mtok", 1_000_000),
    "CacheReadPrice": ("cache_read_mtok", 1_000_000),
    "CacheWritePrice": ("cache_write_mtok", 1_000_000),
    "ReasoningPrice": ("output_reasoning_mtok", 1_000_000),
    "RequestPrice": ("requests_kcount", 1_000),
}
SCHEMA: dict[str, Any] = {
    "PriceId": pl.UInt32,
    "Position": pl.UInt32,
    "FromDate": pl.Date,
    "FromTime": pl.Time,
    "ToTime": pl.Time,
    "OverTokens": pl.Int64,
    **dict.fromkeys(UNITS, pl.Float64),
}


def price_rows(models: Iterable[ModelInfo]) -> pl.DataFrame:
    """Rows of all models; `PriceId` counts the models given.

    Of a model's rows those hold whose date and time fit and whose `OverTokens` the input exceeds;
    of these, the one with the highest `Position`, then `OverTokens`. Position 0 always fits. A row
    without any price says that nothing of it can be priced.
    """
    rows = [
        {"PriceId": number, "Position": position, **limits, **tier}
        for number, model in enumerate(models)
        for position, entry in enumerate(_entries(model))
        for limits in [_limits(entry, position)]
        for tier in _tiers(entry.prices)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def _entries(model: ModelInfo) -> list[ConditionalPrice]:
    if isinstance(model.prices, ModelPrice):
        return [ConditionalPrice(prices=model.prices)]
    return model.prices


def _limits(entry: ConditionalPrice, position: int) -> dict[str, object]:
    # When no entry fits, genai-prices uses the first, so the first has no limits here.
    constraint = entry.constraint if position else None
    if isinstance(constraint, StartDateConstraint):
        return {"FromDate": constraint.start_date, "FromTime": None, "ToTime": None}
    if isinstance(constraint, TimeOfDateConstraint):
        begin, end = _utc(constraint.start_time), _utc(constraint.end_time)
        return {"FromDate": None, "FromTime": begin, "ToTime": end}
    return {"FromDate": None, "FromTime": None, "ToTime": None}


def _utc(moment: time) -> time:
    if moment.tzinfo is None:
        return moment
    return datetime.combine(datetime(1970, 1, 2), moment).astimezone(UTC).time()


def _tiers(prices: ModelPrice) -> Iterator[dict[str, object]]:
    """One set of prices for each prompt size from which another holds."""
    given = {name: getattr(prices, key) for name, (key, _) in UNITS.items()}
    starts = {
        tier.start
        for value in given.values()
        if isinstance(value, TieredPrices)
        for tier in value.tiers
    }
    for over in sorted({-1, *starts}):
        yield {"OverTokens": over, **{name: _price(name, given[name], over) for name in given}}


def _price(name: str, value: Decimal | TieredPrices | None, over: int) -> float | None:
    if isinstance(value, TieredPrices):
        reached = [tier.price for tier in value.tiers if tier.start <= over]
        value = reached[-1] if reached else value.base
    return None if value is None else float(value / UNITS[name][1])
