"""What spans say of usage that is counted elsewhere, against what is counted."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.columns import CLAIMS, COUNTS
from longpole.analytics.assembly.grown import Grown, take
from longpole.analytics.assembly.kernels import Bools, Ints
from longpole.analytics.assembly.owners import Ownership

SAME_USD = 1e-6  # instrumentations round
NANO = 1e9
MOST = 2**53  # tokens; more are nonsense
SUMMED = (*COUNTS, "CostUsd", "priced")


def build_claims(grown: Grown, facts: pl.DataFrame, usage: Ownership) -> pl.DataFrame:
    """The rows of usage_claims: each sum, and each call that another span is counted for.

    A sum stands against all that is counted below it, or above it where that is a call, or beside
    it where it repeats that; one that is counted itself, for want of others, is the only word.
    """
    counted = usage.counted
    aggregate = (usage.scope == "aggregate").to_numpy()
    index = np.flatnonzero((usage.scope != "none").to_numpy() & (aggregate | ~counted))
    if not index.size:
        return CLAIMS.to_frame()
    owner = np.where(_of_several(usage)[index], -1, usage.owned[index])
    totals = pl.DataFrame(_totals(grown, facts, usage, index), schema=list(SUMMED))
    totals = totals.with_columns((pl.col("CostUsd") / NANO).round(9))
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


def _totals(grown: Grown, facts: pl.DataFrame, usage: Ownership, index: Ints) -> Ints:
    """What is counted in place of each claim; columns SUMMED, cost in billionths.

    Sums of whole numbers, and differences of running sums, are exact whatever others claim.
    """
    forest, owner = grown.forest, usage.owned
    place, end = kernels.preorder(forest.order, forest.parent)
    tops = np.flatnonzero(usage.tops & (owner >= 0))
    tops = tops[np.lexsort((place[tops], owner[tops]))]
    values = _values(facts, owner[tops])
    # What is reported twice below a span counts once there.
    twice = np.flatnonzero(owner[tops][1:] == owner[tops][:-1])
    both = kernels.meet_all(forest.order, forest.parent, forest.depth, tops[twice], tops[twice + 1])
    at = np.concatenate([place[tops], place[both[both >= 0]]])
    parts = np.concatenate([values, -values[twice[both >= 0]]])
    by_place = np.argsort(at, kind="stable")
    sums = np.zeros((at.size + 1, len(SUMMED)), np.int64)
    np.cumsum(parts[by_place], axis=0, out=sums[1:])
    first, last = (np.searchsorted(at[by_place], ends[index]) for ends in (place, end))
    owned = owner[index] >= 0
    totals: Ints = sums[last] - sums[first]
    totals[owned] = _values(facts, owner[index][owned])
    copies = usage.copies
    copied, at = np.unique(copies.sums, return_inverse=True)
    beside = np.zeros((copied.size, len(SUMMED)), np.int64)
    np.add.at(beside, at, _values(facts, copies.calls))
    totals[np.searchsorted(index, copied)] = beside
    return totals


def _of_several(usage: Ownership) -> Bools:
    """Sums that repeat more than one call: no single span is counted in their place."""
    times = np.bincount(usage.copies.sums, minlength=usage.owned.size)
    several: Bools = times > 1
    return several


def _values(facts: pl.DataFrame, index: Ints) -> Ints:
    said = facts.select(*COUNTS, "CostUsd")[index]
    counts = pl.col(*COUNTS).clip(0, MOST).cast(pl.Int64).fill_null(0)
    cost = (pl.col("CostUsd").cast(pl.Float64) * NANO).round().cast(pl.Int64).fill_null(0)
    priced = pl.col("CostUsd").is_not_null().cast(pl.Int64).alias("priced")
    values: Ints = said.select(counts, cost, priced).to_numpy(order="c", writable=True)
    return values


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
        CountedCostUsd=pl.when(pl.col("Countedpriced") > 0).then(pl.col("CountedCostUsd"))
    )  # fmt: skip
