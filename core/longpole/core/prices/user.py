"""The user's own prices as a PriceList."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from longpole.core.prices.book_file import BookEntry, BookFile
from longpole.core.prices.names import ANY_TIER
from longpole.core.prices.rows import price_frame
from longpole.core.prices.units import MILLION, UNITS


class UserPrices:
    """A PriceList (see `lists`). Of entries that fit a call, the last in the file holds."""

    source = "user"

    def __init__(self, book: BookFile) -> None:
        self._entries = book.entries
        self.rows = price_frame(
            {
                "PriceId": number,
                "Model": str(entry.model),
                "Tier": entry.tier,
                "Position": number,
                **row,
            }
            for number, entry in enumerate(book.entries)
            for row in _rows(entry, book)
        )

    def find(self, provider: str, model: str, tier: str) -> Sequence[int]:
        """Every entry that fits; also for models one runs oneself."""
        return [
            number
            for number, entry in enumerate(self._entries)
            if entry.provider in ("", provider)
            and entry.tier in (tier, ANY_TIER)
            and model
            and entry.model.is_match(model)
        ]


def _rows(entry: BookEntry, book: BookFile) -> Iterator[dict[str, object]]:
    """One row for each stretch of time in which one exchange rate holds."""
    over = -1 if entry.over_input_tokens is None else entry.over_input_tokens
    for rate in book.rates_of(entry):
        yield {
            "FromDate": _later(entry.start, rate.start),
            "ToDate": _earlier(entry.to, rate.to),
            "OverTokens": over,
            **{
                unit.column: price * rate.usd / (1 if unit.column == "RequestPrice" else MILLION)
                for unit in UNITS
                if (price := getattr(entry, unit.book)) is not None
            },
        }


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
