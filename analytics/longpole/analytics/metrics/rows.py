"""Rows of metric_rollup_5m."""

from __future__ import annotations

import polars as pl

from longpole.analytics.metrics.measured import KEY, SOURCE, Measured
from longpole.analytics.metrics.spread import spread
from longpole.core.semconv.kinds import OPERATIONS
from longpole.core.semconv.metrics import HISTOGRAMS, TOKENS

BUCKETS = pl.Map(pl.Int16, pl.UInt64)
MOST = 1e18  # of a sum that a sender makes up
# What counts the calls, best first.
COUNTING = ("Duration", "InputTokens", "OutputTokens", "Ttft", "Tpot")


def build_rows(measured: Measured) -> pl.DataFrame:
    """A row a key and bucket, without Version; each quantity from its first source with points."""
    chosen = _first_source(measured.amounts)
    if chosen.is_empty():
        return pl.DataFrame()
    rows = (
        chosen.group_by(KEY)
        .agg(
            pl.coalesce(_of(name, "count") for name in COUNTING).fill_null(0).alias("Calls"),
            _of("Duration", "errors").fill_null(0).alias("Errors"),
            *(_total(name).alias(name) for name in TOKENS),
            _total("Duration").alias("DurationNs"),
        )
        .with_columns(pl.col("Calls", "Errors", *TOKENS, "DurationNs").cast(pl.UInt64))
    )
    buckets = spread(measured.ranges.join(chosen.select(*KEY, *SOURCE), on=[*KEY, *SOURCE]))
    for name in HISTOGRAMS:
        rows = rows.join(_histogram(buckets, name), on=KEY, how="left")
    empty = pl.lit([], pl.List(pl.Struct({"key": pl.Int16, "value": pl.UInt64}))).cast(BUCKETS)
    return rows.with_columns(
        *(pl.col(f"{name}Hist").fill_null(empty) for name in HISTOGRAMS), Kind=_kind()
    )


def _first_source(amounts: pl.DataFrame) -> pl.DataFrame:
    present = amounts.filter((pl.col("count") > 0) | (pl.col("total") > 0))
    return present.filter(pl.col("Rank") == pl.col("Rank").min().over(*KEY, "Quantity"))


def _of(quantity: str, column: str) -> pl.Expr:
    return (
        pl.col(column).filter((pl.col("Quantity") == quantity) & (pl.col(column) > 0)).first()
    )  # one source a quantity is left


def _total(quantity: str) -> pl.Expr:
    return _of(quantity, "total").fill_null(0).clip(0, MOST).round()


def _histogram(buckets: pl.DataFrame, quantity: str) -> pl.DataFrame:
    pair = pl.struct(
        key=pl.col("bucket").cast(pl.Int16), value=pl.col("count").cast(pl.UInt64)
    ).sort_by("bucket")
    return (
        buckets.filter(pl.col("Quantity") == quantity)
        .group_by(KEY)
        .agg(pair.alias(f"{quantity}Hist"))
        .with_columns(pl.col(f"{quantity}Hist").cast(BUCKETS))
    )


def _kind() -> pl.Expr:
    """As for spans; who measures a call without naming its operation calls a model."""
    unnamed = pl.when(pl.col("Operation") == "").then(pl.lit("llm")).otherwise(pl.lit("other"))
    operation = pl.col("Operation").str.to_lowercase()
    return operation.replace_strict(OPERATIONS, default=unnamed, return_dtype=pl.String)
