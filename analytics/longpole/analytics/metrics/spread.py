"""Counts of values in ranges, as counts in buckets of the histograms that Longpole keeps.

Bucket i holds values in [1.1^i, 1.1^(i+1)) nanoseconds, as in step_rollup_5m. What a sender counted
in a wide range is spread evenly over it on the log scale, so a quantile that falls into that range
is an estimate: it can be off by as much as the range is wide.
"""

from __future__ import annotations

import math

import polars as pl

LOG_GROWTH = math.log(1.1)
MAX_BUCKET = 450  # beyond 2^62 ns
UNKNOWN_LOW = 0.5  # of the upper limit, where a range has no lower one above zero


def log_limits(low: pl.Expr, high: pl.Expr, least: pl.Expr, most: pl.Expr) -> dict[str, pl.Expr]:
    """The columns x_low and x_high of a range: limits in buckets, as fractions.

    `least` and `most` (null: unknown) are of all values counted and narrow the range. A range
    without a limit above ends at `most`, else is one point; one without a limit above zero begins
    at `least`, else at half its end. Null where no value of the range is above zero.
    """
    top = pl.min_horizontal(high, pl.when(most > low.fill_null(0)).then(most))
    end = pl.coalesce(top, low)
    bottom = pl.max_horizontal(
        pl.when(low > 0).then(low), pl.when((least > 0) & (least <= end)).then(least)
    )
    begin = pl.min_horizontal(bottom.fill_null(end * UNKNOWN_LOW), end)
    usable = (end > 0) & end.is_finite() & begin.is_finite() & (begin > 0)
    return {
        name: pl.when(usable).then((limit.log() / LOG_GROWTH).clip(0, MAX_BUCKET))
        for name, limit in {"x_low": begin, "x_high": end}.items()
    }


def spread(ranges: pl.DataFrame) -> pl.DataFrame:
    """Ranges (x_low, x_high, count, any other columns) as rows of `bucket` and `count`.

    Rounding never gains or loses a value: what a range counted is the sum of its buckets.
    """
    others = [name for name in ranges.columns if name not in ("x_low", "x_high", "count")]
    first = pl.col("x_low").floor().cast(pl.Int64)
    last = pl.max_horizontal(first, pl.col("x_high").ceil().cast(pl.Int64) - 1)
    cut = (
        ranges.filter(pl.col("x_low").is_not_null() & (pl.col("count") > 0))
        .with_columns(bucket=pl.int_ranges(first, last + 1), last=last)
        .explode("bucket")
    )
    width = pl.col("x_high") - pl.col("x_low")

    def below(edge: pl.Expr) -> pl.Expr:
        part = ((edge - pl.col("x_low")) / width).clip(0, 1)
        return (pl.col("count") * part + 0.5).floor().cast(pl.Int64)

    is_last = pl.col("bucket") == pl.col("last")
    upper = pl.when(is_last).then("count").otherwise(below(pl.col("bucket") + 1)).cast(pl.Int64)
    lower = pl.when(width > 0).then(below(pl.col("bucket"))).otherwise(0)
    return (
        cut.with_columns(count=upper - lower)
        .filter(pl.col("count") > 0)
        .group_by(*others, "bucket")
        .agg(pl.col("count").sum())
    )
