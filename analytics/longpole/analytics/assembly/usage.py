"""Who owns tokens and cost, and what calls cost."""

from __future__ import annotations

from typing import Protocol

import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.columns import MONEY, PART_TOKENS, REPORTED, TEXT, TOKENS
from longpole.analytics.assembly.grown import Grown

MODEL_KINDS = ("llm", "embedding", "reranker", "engine")
NEVER_COUNTED = "raw_gen_ai_request"  # LiteLLM: the same request once more
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
        """Add the columns ANSWER to calls (columns PRICED), row by row; a missing one is unknown."""
        ...


def own_usage(grown: Grown) -> dict[str, pl.Series]:
    """The columns UsageScope and Counted.

    A model span with tokens is a call; any other span with tokens repeats those below it. A cost
    without tokens is usage too, but never takes precedence over tokens.
    """
    tokens = grown.spans.select(
        pl.any_horizontal(pl.col(*TOKENS, "TotalTokens").is_not_null())
    ).to_series()
    used = tokens | grown["ReportedCostUsd"].is_not_null()
    model = grown["Kind"].is_in(MODEL_KINDS)
    raw = (grown["Name"] == NEVER_COUNTED) | (grown["Operation"] == NEVER_COUNTED)
    calls = model & tokens & ~raw
    others = used & ~calls & ~raw
    counted = kernels.choose_owners(
        grown.forest.order,
        grown.forest.parent,
        calls.to_numpy(writable=True),
        others.to_numpy(writable=True),
    )
    scope = pl.select(
        pl.when(used & model & ~raw)
        .then(pl.lit("call"))
        .when(used)
        .then(pl.lit("aggregate"))
        .otherwise(pl.lit("none"))
    ).to_series()
    return {"UsageScope": scope, "Counted": pl.Series(counted)}


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
