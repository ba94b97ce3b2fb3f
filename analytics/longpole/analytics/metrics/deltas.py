"""What each data point adds to the points before it."""

from __future__ import annotations

import polars as pl

DELTA, CUMULATIVE = 1, 2
STREAM = ["Series", "StartNs"]


def with_deltas(points: pl.DataFrame, lookback_ns: int) -> pl.DataFrame:
    """Data points with a number (`row`) and what is new in them, in `AddedCount` and `AddedSum`.

    `points` has Series (a number for all attributes and the resource), Temporality, StartNs,
    TimeNs, Count and Sum, in any order. A point of delta temporality is new as a whole; one that
    came twice counts once. A cumulative point adds what it has more than the point before it of the
    same series and start (`prev`: that one's `row`); where it has less, the sender began anew and
    all of it is new. A first cumulative point, or one whose predecessor is more than `lookback_ns`
    older, adds all it has if the series began within that time; else its growth cannot be told from
    what was there before, it adds nothing and `IsKnown` is false. Points of no known temporality
    are left out.
    """
    single = points.filter(pl.col("Temporality") == DELTA).unique(
        [*STREAM, "TimeNs", "Count", "Sum"], keep="any"
    )
    running = (
        points.filter(pl.col("Temporality") == CUMULATIVE)
        .sort("Count", "Sum")
        .unique([*STREAM, "TimeNs"], keep="last", maintain_order=True)
    )
    order = [*STREAM, "TimeNs", "Count", "Sum"]
    numbered = pl.concat([single, running]).sort("Temporality", *order).with_row_index("row")
    return _added(_linked(numbered, lookback_ns), lookback_ns)


def _linked(points: pl.DataFrame, lookback_ns: int) -> pl.DataFrame:
    """Add `prev`, `prev_count` and `prev_sum`: null where a point is not to be compared."""
    before = {
        name: pl.col(source).shift(1).over("Temporality", *STREAM)
        for name, source in {
            "prev": "row", "prev_ns": "TimeNs", "prev_count": "Count", "prev_sum": "Sum"
        }.items()
    }  # fmt: skip
    linked = points.with_columns(**before)
    is_near = pl.col("TimeNs") - pl.col("prev_ns") <= lookback_ns
    fell = (pl.col("Count") < pl.col("prev_count")) | (
        (pl.col("Count") == 0) & (pl.col("Sum") < pl.col("prev_sum"))
    )
    return linked.with_columns(
        is_reset=(is_near & fell).fill_null(False),
    ).with_columns(
        pl.when((pl.col("Temporality") == CUMULATIVE) & is_near & ~pl.col("is_reset"))
        .then(pl.col(name))
        .alias(name)
        for name in ("prev", "prev_count", "prev_sum")
    )


def _added(points: pl.DataFrame, lookback_ns: int) -> pl.DataFrame:
    began = (pl.col("StartNs") > pl.col("TimeNs") - lookback_ns) & (pl.col("StartNs") > 0)
    known = (
        (pl.col("Temporality") == DELTA) | pl.col("prev").is_not_null() | pl.col("is_reset") | began
    )
    count = pl.col("Count").cast(pl.Int64) - pl.col("prev_count").fill_null(0).cast(pl.Int64)
    total = pl.col("Sum") - pl.col("prev_sum").fill_null(0.0)
    finite = pl.when(total.is_finite()).then(total).otherwise(0.0).clip(0)
    return points.with_columns(
        IsKnown=known,
        AddedCount=pl.when(known).then(count).otherwise(0),
        AddedSum=pl.when(known).then(finite).otherwise(0.0),
    ).drop("is_reset", "prev_ns", "prev_count", "prev_sum")
