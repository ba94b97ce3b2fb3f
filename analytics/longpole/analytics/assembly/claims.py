"""What spans say of usage that is counted elsewhere, against what is counted."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.columns import CLAIMS, COUNTS
from longpole.analytics.assembly.grown import Grown, take
from longpole.analytics.assembly.kernels import Floats, Ints
from longpole.analytics.assembly.owners import Ownership

SAME_USD = 1e-6  # instrumentations round
SUMMED = (*COUNTS, "CostUsd", "priced")


def build_claims(grown: Grown, facts: pl.DataFrame, usage: Ownership) -> pl.DataFrame:
    """The rows of usage_claims: each sum, and each call that another span is counted for.

    A sum stands against all that is counted below it, or above it where that is a call; one that
    is counted itself, for want of others, is the only word.
    """
    counted = usage.counted
    aggregate = (usage.scope == "aggregate").to_numpy()
    index = np.flatnonzero((usage.scope != "none").to_numpy() & (aggregate | ~counted))
    if not index.size:
        return CLAIMS.to_frame()
    owner = usage.owned[index]
    totals = pl.DataFrame(_totals(grown, facts, usage, index), schema=list(SUMMED))
    rows = facts[index].select(
        "Project", "Start", "TraceId", "SpanId", "Service", "Kind", "Name", "Version",
        *(pl.col(name).alias(f"Claimed{name}") for name in COUNTS),
        OwnerSpanId=take(facts["SpanId"], owner),
        ClaimedCostUsd="ReportedCostUsd",
        Dialect=grown["Dialect"][index],
        ClaimedTotalTokens=grown["TotalTokens"][index],
        Scope=pl.select(pl.when(pl.Series(aggregate[index])).then(pl.lit("aggregate"))
            .otherwise(pl.lit("duplicate"))).to_series(),
        is_counted=pl.Series(counted[index]),
        IsDeleted=pl.lit(0),
    ).hstack(totals.rename(lambda name: f"Counted{name}"))  # fmt: skip
    return _judged(rows).select(*CLAIMS).cast(CLAIMS, strict=False)


def _totals(grown: Grown, facts: pl.DataFrame, usage: Ownership, index: Ints) -> Floats:
    """What is counted in place of each claim; columns SUMMED."""
    values = facts.select(
        *(pl.col(name).cast(pl.Float64).fill_null(0) for name in (*COUNTS, "CostUsd")),
        priced=pl.col("CostUsd").is_not_null().cast(pl.Float64),
    ).to_numpy(order="c", writable=True)  # fmt: skip
    tops = np.flatnonzero(usage.tops & (usage.owned >= 0))
    forest, owner = grown.forest, usage.owned
    place = kernels.preorder(forest.order, forest.parent)
    tops = tops[np.lexsort((place[tops], owner[tops]))]
    below = kernels.sum_below(
        forest.order, forest.parent, forest.depth, tops, owner[tops], values
    )  # fmt: skip
    owned = owner[index] >= 0
    totals: Floats = np.where(owned[:, None], values[owner[index]], below[index])
    return totals


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    """Compare the counts that a claim says; a lone total with both counts; else the cost."""
    both = ("InputTokens", "OutputTokens")
    said = pl.any_horizontal(pl.col(f"Claimed{name}").is_not_null() for name in both)
    apart = [pl.col(f"Claimed{name}").cast(pl.Float64) - pl.col(f"Counted{name}") for name in both]
    total = pl.col("ClaimedTotalTokens").cast(pl.Float64) - pl.sum_horizontal(
        *(pl.col(f"Counted{name}") for name in both)
    )
    money = pl.col("ClaimedCostUsd").cast(pl.Float64) - pl.col("CountedCostUsd")
    money = pl.when(money.abs() > SAME_USD).then(money).otherwise(0.0)
    more = pl.when(said).then(pl.sum_horizontal(apart)).otherwise(pl.coalesce(total, money, 0.0))
    equal = pl.when(said).then(pl.all_horizontal((one == 0).fill_null(True) for one in apart))
    return rows.with_columns(
        Verdict=pl.when("is_counted").then(pl.lit("only"))
        .when(equal.otherwise(more == 0)).then(pl.lit("equal"))
        .when(more >= 0).then(pl.lit("more")).otherwise(pl.lit("less")),
        CountedCostUsd=pl.when(pl.col("Countedpriced") > 0).then(pl.col("CountedCostUsd").round(9)),
    )  # fmt: skip
