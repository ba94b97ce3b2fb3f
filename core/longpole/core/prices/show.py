"""Which prices hold for a model at a time, list by list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import polars as pl

from longpole.core.prices.book import PriceBook
from longpole.core.prices.lists import PriceList
from longpole.core.prices.names import STANDARD, TIERS
from longpole.core.prices.units import MILLION, UNITS

Row = dict[str, Any]


def prices_at(book: PriceBook, provider: str, model: str, at: datetime) -> list[Row]:
    """Rows `tier`, `over_tokens`, `list`, `entry`, `from`, `to`, `prices`, as calls meet them.

    Of the rows with one tier and prompt size, the first is used. `prices` are US dollars for a
    million tokens, or for one request, by unit.
    """
    tiers = sorted({*TIERS, *_own_tiers(book)} - {STANDARD})
    return [
        row
        for tier in (STANDARD, *tiers)
        for part in book.lists
        for row in _rows(part, provider, model, tier, at)
    ]


def _own_tiers(book: PriceBook) -> Iterator[str]:
    for part in book.lists:
        yield from part.rows["Tier"].unique().to_list()


def _rows(part: PriceList, provider: str, model: str, tier: str, at: datetime) -> Iterator[Row]:
    ids = part.find(provider, model, tier)
    holding = part.rows.filter(pl.col("PriceId").is_in(list(ids)) & _holds_at(at))
    for row in _reachable(holding.sort("Position", "OverTokens", descending=True).to_dicts()):
        prices = {unit.book: _shown(row[unit.column], unit.per) for unit in UNITS}
        known = {name: price for name, price in prices.items() if price is not None}
        if known:
            yield {
                "tier": tier or "standard",
                "over_tokens": max(row["OverTokens"], 0),
                "list": part.source,
                "entry": row["Model"],
                "from": row["FromDate"],
                "to": row["ToDate"],
                "prices": known,
            }


def _reachable(rows: Iterable[Row]) -> list[Row]:
    """Rows that some prompt size meets: no row of a higher position holds from below it on."""
    kept: list[Row] = []
    for row in rows:
        over = row["OverTokens"]
        higher = [one["OverTokens"] for one in kept if one["Position"] != row["Position"]]
        if all(over < other for other in higher):
            kept.append(row)
    return kept[::-1]


def _holds_at(at: datetime) -> pl.Expr:
    day, moment = pl.lit(at.date()), pl.lit(at.time())
    begin, end = pl.col("FromTime"), pl.col("ToTime")
    wraps = end < begin
    inside = pl.when(wraps).then((moment >= begin) | (moment < end))
    return (
        (pl.col("FromDate").is_null() | (pl.col("FromDate") <= day))
        & (pl.col("ToDate").is_null() | (pl.col("ToDate") > day))
        & (begin.is_null() | inside.otherwise((moment >= begin) & (moment < end)))
    )


def _shown(price: object, per: int) -> float | None:
    if not isinstance(price, float):
        return None
    return round(price * (MILLION if per == MILLION else 1), 12)
