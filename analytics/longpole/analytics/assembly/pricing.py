"""What calls cost."""

from __future__ import annotations

from typing import Protocol

import polars as pl

from longpole.analytics.assembly.columns import MONEY, PART_TOKENS, REPORTED, TEXT, TOKENS

PRICED = ("Provider", "Model", "Start", *TOKENS, *PART_TOKENS, "ServiceTier", *REPORTED)
ANSWER = {
    "CostUsd": pl.lit(None, MONEY),
    "CostInputUsd": pl.lit(None, MONEY),
    "CostOutputUsd": pl.lit(None, MONEY),
    "CostSource": pl.lit("none"),
    "ComputedCostUsd": pl.lit(None, MONEY),
    "PriceSource": pl.lit("", TEXT),
}


class Prices(Protocol):
    """What assembly needs of longpole.core.prices."""

    def price_calls(self, calls: pl.DataFrame) -> pl.DataFrame:
        """Add the columns ANSWER to calls (columns PRICED), row by row; one missing is unknown."""
        ...


def price(facts: pl.DataFrame, prices: Prices) -> pl.DataFrame:
    """Add the columns ANSWER.

    A sum over other spans is priced only where it is counted, because it may mix models; a
    reported cost is a fact of every span.
    """
    worth = (
        (pl.col("UsageScope") == "call")
        | pl.col("Counted")
        | pl.col("ReportedCostUsd").is_not_null()
    )
    numbered = facts.with_row_index("row")
    asked = numbered.filter(worth).select("row", *PRICED)
    if asked.is_empty():
        return facts.with_columns(**ANSWER)
    answer = prices.price_calls(asked.drop("row"))
    answer = answer.with_columns(
        **{name: none for name, none in ANSWER.items() if name not in answer.columns}
    )
    priced = asked.select("row").hstack(answer.select(*ANSWER))
    return (
        numbered.join(priced, on="row", how="left", maintain_order="left")
        .with_columns(pl.coalesce(name, none).alias(name) for name, none in ANSWER.items())
        .drop("row")
    )
