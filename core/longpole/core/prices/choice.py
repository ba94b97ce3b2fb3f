"""Which cost of a call holds: its own price book's, the reported one, or the price list's."""

from __future__ import annotations

import polars as pl

COST = pl.Decimal(18, 9)
NONE = pl.lit(None, COST)


def choose(calls: pl.DataFrame, prefer: str) -> pl.DataFrame:
    """Calls with CostUsd, CostSource, CostInputUsd, CostOutputUsd, ComputedCostUsd, PriceSource.

    `calls` has the computed `_Cost`, `_In`, `_Out`, `_Source` (null where there is no price) and
    `_Own`: the price is the user's own. CostSource is `reported`, `computed` or `none`; the parts
    are those of the figure that holds. A negative reported cost is none; nor does a reported zero
    hold where a list has a price, since senders write it for models that they do not know.
    """
    held = calls.with_columns(
        _Reported=_reported(), _Computed=pl.col("_Cost").is_not_null()
    ).with_columns(_Holds=_holder(prefer))
    return held.with_columns(
        CostUsd=_of("_Cost", "_Reported"),
        CostSource=pl.col("_Holds"),
        CostInputUsd=_of("_In", "ReportedInputCostUsd"),
        CostOutputUsd=_of("_Out", "ReportedOutputCostUsd"),
        ComputedCostUsd=pl.col("_Cost").cast(COST),
        PriceSource=pl.col("_Source").fill_null(""),
    ).drop("_Reported", "_Computed", "_Holds")


def _holder(prefer: str) -> pl.Expr:
    unknown = (pl.col("_Reported") == 0) & (pl.col("_Cost").fill_null(0) > 0)
    reported = pl.col("_Reported").is_not_null() & ~unknown
    by_list = pl.col("_Computed")
    own = by_list & (pl.col("_Own").fill_null(False) | pl.lit(prefer == "computed"))
    return (
        pl.when(own)
        .then(pl.lit("computed"))
        .when(reported)
        .then(pl.lit("reported"))
        .when(by_list)
        .then(pl.lit("computed"))
        .otherwise(pl.lit("none"))
    )


def _reported() -> pl.Expr:
    """The reported cost; of a sender that reports parts only, their sum."""
    total = pl.col("ReportedCostUsd").cast(COST, strict=False)
    parts = [
        pl.col(f"Reported{side}CostUsd").cast(COST, strict=False) for side in ("Input", "Output")
    ]
    said = pl.coalesce(total, parts[0] + parts[1]).cast(COST, strict=False)
    return pl.when(said >= 0).then(said)


def _of(computed: str, reported: str) -> pl.Expr:
    return (
        pl.when(pl.col("_Holds") == "computed")
        .then(pl.col(computed).cast(COST))
        .when(pl.col("_Holds") == "reported")
        .then(pl.col(reported).cast(COST, strict=False))
        .otherwise(NONE)
    )
