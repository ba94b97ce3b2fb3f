"""Costs of model calls, whole columns at a time."""

from __future__ import annotations

from functools import cache

import polars as pl
from genai_prices.data_snapshot import DataSnapshot
from genai_prices.types import ModelInfo, Provider

from longpole.core.prices.names import PRICE_LIST_NAMES, SELF_HOSTED
from longpole.core.prices.rows import UNITS, price_rows

COST = pl.Decimal(18, 9)
COST_LIMIT = 1e9  # what Decimal(18, 9) holds; a call above it has impossible counts
REMEMBERED_NAMES = 50_000


class PriceBook:
    """A price list. `PriceBook.default()` holds the one that comes with the pinned genai-prices.

    Not safe for several threads at once.
    """

    def __init__(self, providers: list[Provider]) -> None:
        self._providers = providers
        models = [model for provider in providers for model in provider.models]
        self._ids = {id(model): number for number, model in enumerate(models)}
        self._rows = price_rows(models)
        self._forget()

    @staticmethod
    @cache
    def default() -> PriceBook:
        """The price list of the installed genai-prices, compiled once."""
        from genai_prices.data import providers  # large: only when prices are needed

        return PriceBook(providers)

    def price_calls(self, calls: pl.DataFrame) -> pl.DataFrame:
        """`calls` with `CostUsd` (null: unknown, never a guess) and `CostSource` appended.

        Reads Provider, Model, Start (UTC), ReportedCostUsd and the counts InputTokens,
        OutputTokens, CacheReadTokens, CacheWriteTokens, ReasoningTokens, of which cached ones are
        part of input and reasoning is part of output. The source is `computed` where the model has
        a price, else `reported`, else `none`. Counts that contradict each other (more cached than
        read) are not priced. Row order is kept.
        """
        numbered = calls.with_row_index("_Row").with_columns(self._price_ids(calls))
        computed = _computed(numbered, self._rows)
        priced = numbered.join(computed, on="_Row", how="left", maintain_order="left")
        reported = pl.col("ReportedCostUsd").cast(COST, strict=False)
        return priced.with_columns(
            CostUsd=pl.coalesce("_Computed", reported),
            CostSource=pl.when(pl.col("_Computed").is_not_null())
            .then(pl.lit("computed"))
            .when(reported.is_not_null())
            .then(pl.lit("reported"))
            .otherwise(pl.lit("none")),
        ).drop("_Row", "_PriceId", "_Computed")

    def _price_ids(self, calls: pl.DataFrame) -> pl.Series:
        names = calls.select(pl.col("Provider", "Model").cast(pl.String).fill_null(""))
        pairs = names.unique()
        ids = [self._price_id(provider, model) for provider, model in pairs.iter_rows()]
        found = pairs.with_columns(pl.Series("_PriceId", ids, pl.UInt32))
        joined = names.join(found, on=["Provider", "Model"], how="left", maintain_order="left")
        return joined["_PriceId"]

    def _price_id(self, provider: str, model: str) -> int | None:
        """The model in the price list: of this provider, else by its name alone."""
        if not model or provider in SELF_HOSTED:
            return None
        key = (provider, model)
        if key not in self._known:
            if len(self._known) >= REMEMBERED_NAMES:
                self._forget()
            found = self._find(model, PRICE_LIST_NAMES.get(provider, provider) or None)
            found = found or self._find(model, None)
            self._known[key] = self._ids[id(found)] if found else None
        return self._known[key]

    def _find(self, model: str, provider: str | None) -> ModelInfo | None:
        try:
            return self._matcher.find_provider_model(model, None, provider, None)[1]
        except LookupError:
            return None

    def _forget(self) -> None:
        # The matcher remembers every name it was asked for; names come from outside.
        self._known: dict[tuple[str, str], int | None] = {}
        self._matcher = DataSnapshot(self._providers, from_auto_update=False)


def _computed(calls: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """`_Row` and `_Computed` of the calls that have a price and consistent counts."""
    count = pl.col("_Input", "_Output", "_Read", "_Write", "_Reasoning")
    said = pl.col("InputTokens").is_not_null() | pl.col("OutputTokens").is_not_null()
    return (
        calls.lazy()
        .filter(said)
        .select(
            "_Row",
            "_PriceId",
            _Input="InputTokens",
            _Output="OutputTokens",
            _Read="CacheReadTokens",
            _Write="CacheWriteTokens",
            _Reasoning="ReasoningTokens",
            _Date=pl.col("Start").dt.date(),
            _Time=pl.col("Start").dt.time(),
        )
        .with_columns(count.cast(pl.Float64).fill_null(0.0))
        .join(rows.lazy(), left_on="_PriceId", right_on="PriceId")
        .filter(_holds())
        .sort("_Row", "Position", "OverTokens")
        .unique("_Row", keep="last", maintain_order=True)
        .filter(pl.any_horizontal(pl.col(*UNITS).is_not_null()))
        .with_columns(_InputRest=_input_rest(), _OutputRest=_output_rest())
        .filter(_consistent())
        .select("_Row", _Computed=_cost().round(9))
        .filter(pl.col("_Computed") < COST_LIMIT)
        .with_columns(pl.col("_Computed").cast(COST))
        .collect()
    )


def _holds() -> pl.Expr:
    """The row's date, time of day and prompt size fit the call."""
    begin, end, at = pl.col("FromTime"), pl.col("ToTime"), pl.col("_Time")
    in_hours = (
        pl.when(end < begin).then((at >= begin) | (at < end)).otherwise((at >= begin) & (at < end))
    )
    return (
        (pl.col("FromDate").is_null() | (pl.col("_Date") >= pl.col("FromDate")))
        & (begin.is_null() | in_hours)
        & (pl.col("_Input") > pl.col("OverTokens"))
    )


def _if_priced(count: str, price: str) -> pl.Expr:
    return pl.when(pl.col(price).is_not_null()).then(pl.col(count)).otherwise(0.0)


def _input_rest() -> pl.Expr:
    """Input at the plain price; a part without a price of its own stays in it."""
    return (
        pl.col("_Input")
        - _if_priced("_Read", "CacheReadPrice")
        - _if_priced("_Write", "CacheWritePrice")
    )


def _output_rest() -> pl.Expr:
    return pl.col("_Output") - _if_priced("_Reasoning", "ReasoningPrice")


def _consistent() -> pl.Expr:
    """No part is larger than its whole, where both have a price."""
    return ((pl.col("_InputRest") >= 0) | pl.col("InputPrice").is_null()) & (
        (pl.col("_OutputRest") >= 0) | pl.col("OutputPrice").is_null()
    )


def _cost() -> pl.Expr:
    parts = {
        "_InputRest": "InputPrice",
        "_OutputRest": "OutputPrice",
        "_Read": "CacheReadPrice",
        "_Write": "CacheWritePrice",
        "_Reasoning": "ReasoningPrice",
    }
    terms = [pl.col(count) * pl.col(price).fill_null(0.0) for count, price in parts.items()]
    return pl.sum_horizontal(*terms, pl.col("RequestPrice").fill_null(0.0))
