"""Costs of model calls, whole columns at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

import polars as pl

from longpole.core.prices.arithmetic import COUNTS, with_costs
from longpole.core.prices.choice import COST, choose
from longpole.core.prices.genai import pinned
from longpole.core.prices.lists import PriceList
from longpole.core.prices.names import STANDARD, tier_name
from longpole.core.prices.units import PRICES

COST_LIMIT = 1e9  # what Decimal(18, 9) holds; a call above it has impossible counts
REMEMBERED_NAMES = 50_000
OWN = "user"
KEY = ["Provider", "Model", "ServiceTier"]
# Columns that may be missing: what older spans and other callers do not have.
OPTIONAL = {
    **dict.fromkeys(COUNTS.values(), pl.UInt64()),
    "ServiceTier": pl.String(),
    "ReportedInputCostUsd": COST,
    "ReportedOutputCostUsd": COST,
}
Candidate = tuple[int, int]  # how soon it is asked, and a PriceId
Prefer = Literal["reported", "computed"]


class PriceBook:
    """Price lists in the order in which they are asked. `PriceBook.default()`: genai-prices alone.

    A list that has a price for the service tier of a call comes before those that have only a
    standard price, which stands in with `(standard tier)` in PriceSource. Not safe for several
    threads at once.
    """

    def __init__(self, lists: Sequence[PriceList], prefer: Prefer = "reported") -> None:
        self.lists = tuple(lists)
        self._prefer = prefer
        sizes = [int(part.rows["PriceId"].max() or 0) + 1 for part in lists]  # type: ignore[arg-type]
        self._offsets = [sum(sizes[:number]) for number in range(len(sizes))]
        self._rows = pl.concat(
            part.rows.with_columns(pl.col("PriceId") + offset)
            for part, offset in zip(lists, self._offsets, strict=True)
        )
        self._known: dict[tuple[str, str, str], tuple[Candidate, ...]] = {}

    @staticmethod
    @cache
    def default() -> PriceBook:
        """The price list of the installed genai-prices, compiled once."""
        return PriceBook([pinned()])

    def price_calls(self, calls: pl.DataFrame) -> pl.DataFrame:
        """`calls` with their costs appended, in the same order; see `choice.choose`.

        Reads Provider, Model, Start (UTC), ReportedCostUsd, and where there are any, the counts of
        `arithmetic.COUNTS`, ServiceTier, ReportedInputCostUsd and ReportedOutputCostUsd. Cached,
        audio and image tokens are parts of input, reasoning, audio and image tokens of output,
        those written for an hour of those written. Counts that contradict each other (more cached
        than read) are not priced. An unknown cost is null, never a guess.
        """
        missing = {name: kind for name, kind in OPTIONAL.items() if name not in calls.columns}
        numbered = calls.with_row_index("_Row").with_columns(
            pl.lit(None, kind).alias(name) for name, kind in missing.items()
        )
        computed = self._computed(numbered)
        priced = numbered.join(computed, on="_Row", how="left", maintain_order="left")
        return choose(priced, self._prefer).drop("_Row", *computed.columns[1:], *missing)

    def candidates(self, provider: str, model: str, tier: str) -> tuple[Candidate, ...]:
        """Prices to try for a model at a tier, as said by the sender."""
        key = (provider, model, tier)
        if key not in self._known:
            if len(self._known) >= REMEMBERED_NAMES:
                self._known.clear()  # names come from outside
            self._known[key] = tuple(self._candidates(provider, model, tier_name(tier)))
        return self._known[key]

    def _candidates(self, provider: str, model: str, tier: str) -> list[Candidate]:
        found = self._found(provider, model, tier, 0)
        if tier != STANDARD:
            found += self._found(provider, model, STANDARD, len(self.lists))
        return found

    def _found(self, provider: str, model: str, tier: str, rank: int) -> list[Candidate]:
        return [
            (rank + number, self._offsets[number] + price)
            for number, part in enumerate(self.lists)
            for price in part.find(provider, model, tier)
        ]

    def _computed(self, calls: pl.DataFrame) -> pl.DataFrame:
        """`_Row`, `_Cost`, `_In`, `_Out`, `_Source`, `_Own` of calls with a price."""
        costs = with_costs(self._with_prices(calls))
        return (
            costs.with_columns(pl.col("_Cost", "_In", "_Out").round(9))
            .filter(pl.col("_Cost") < COST_LIMIT)
            .with_columns(pl.col("_Cost", "_In", "_Out").cast(COST))
            .select("_Row", "_Cost", "_In", "_Out", _Source=self._source(), _Own=self._own())
            .collect()
        )

    def _with_prices(self, calls: pl.DataFrame) -> pl.LazyFrame:
        """Calls that say how many tokens, each with the first row that holds and has a price."""
        said = pl.col("InputTokens").is_not_null() | pl.col("OutputTokens").is_not_null()
        names = [pl.col(name).cast(pl.String).fill_null("") for name in KEY]
        asked = calls.lazy().filter(said).with_columns(*names)
        return (
            asked.select("_Row", "Start", *KEY, **COUNTS)
            .with_columns(_Date=pl.col("Start").dt.date(), _Time=pl.col("Start").dt.time())
            .with_columns(_Write=pl.coalesce("_Write", "_Write1h"))
            .with_columns(pl.col(*COUNTS).cast(pl.Float64).fill_null(0.0))
            .join(self._plans(calls.select(names).unique()).lazy(), on=KEY)
            .join(self._rows.lazy().drop("Model"), on="PriceId")
            .filter(_holds())
            .sort("_Row", "_Rank", "Position", "OverTokens", descending=[False, False, True, True])
            .unique(["_Row", "_Rank"], keep="first", maintain_order=True)
            .filter(pl.any_horizontal(pl.col(*PRICES).is_not_null()))
            .unique("_Row", keep="first", maintain_order=True)
        )

    def _plans(self, names: pl.DataFrame) -> pl.DataFrame:
        plans = [
            (*key, rank, price)
            for key in names.iter_rows()
            for rank, price in self.candidates(*key)
        ]
        kinds = {**dict.fromkeys(KEY, pl.String), "_Rank": pl.UInt32, "PriceId": pl.UInt32}
        return pl.DataFrame(plans, schema=kinds, orient="row")

    def _source(self) -> pl.Expr:
        names = dict(enumerate(part.source for part in self.lists))
        number = pl.col("_Rank") % len(self.lists)
        instead = pl.col("_Rank") >= len(self.lists)
        assumed = pl.col("Assumed1h") & (pl.col("_Write1h") > 0)
        notes = pl.concat_str(
            pl.when(instead).then(pl.lit("standard tier")),
            pl.when(assumed).then(pl.lit("1 h cache writes at 2x input")),
            separator=", ",
            ignore_nulls=True,
        )
        source = number.replace_strict(names, return_dtype=pl.String)
        noted = pl.concat_str(source, pl.lit(" ("), notes, pl.lit(")"))
        return pl.when(notes == "").then(source).otherwise(noted)

    def _own(self) -> pl.Expr:
        """Whether the user's own list has a price for this very tier."""
        own = [number for number, part in enumerate(self.lists) if part.source == OWN]
        return pl.col("_Rank").is_in(own)


def _holds() -> pl.Expr:
    """The row's date, time of day and prompt size fit the call."""
    begin, end, at = pl.col("FromTime"), pl.col("ToTime"), pl.col("_Time")
    in_hours = (
        pl.when(end < begin).then((at >= begin) | (at < end)).otherwise((at >= begin) & (at < end))
    )
    return (
        (pl.col("FromDate").is_null() | (pl.col("_Date") >= pl.col("FromDate")))
        & (pl.col("ToDate").is_null() | (pl.col("_Date") < pl.col("ToDate")))
        & (begin.is_null() | in_hours)
        & (pl.col("_Input") > pl.col("OverTokens"))
    )
