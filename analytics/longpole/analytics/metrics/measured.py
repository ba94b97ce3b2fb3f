"""Quantities of model calls, out of data points of whichever metrics tell of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from longpole.analytics.metrics.deltas import with_deltas
from longpole.analytics.metrics.spread import log_limits
from longpole.core.semconv.metrics import HISTOGRAMS, METRICS, NS_PER_UNIT
from longpole.core.semconv.values import PROVIDERS

KEY = ["Project", "Service", "Operation", "Model", "Provider", "Bucket"]
SOURCE = ["Quantity", "Rank"]
BUCKET_NS = 300 * 10**9
CellsOf = Callable[[pl.DataFrame, pl.Expr], pl.DataFrame]

SOURCES = pl.DataFrame(
    [
        {"Metric": source.metric, "TokenType": source.token_type, "Quantity": source.quantity,
         "Rank": rank}
        for rank, source in enumerate(METRICS)
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """`amounts`: count, errors and sum by KEY and SOURCE; `ranges`: counts in ranges of values.

    Durations are in ns, sums of tokens in tokens.
    """

    amounts: pl.DataFrame
    ranges: pl.DataFrame


def measure(
    points: pl.DataFrame, cells_of: CellsOf, buckets: Sequence[int], lookback_ns: int
) -> Measured:
    """What data points of one table add in some five-minute buckets (seconds since 1970).

    `points` are those of the buckets and of `lookback_ns` before each. `cells_of` reads the
    histograms of the table: explicit_cells, exponential_cells or counter_cells.
    """
    at = pl.col("TimeNs").sub(1).floordiv(BUCKET_NS) * 300
    known = with_deltas(points, lookback_ns).with_columns(
        Bucket=at, Provider=pl.col("Provider").replace(PROVIDERS)
    )
    is_wanted = pl.col("Bucket").is_in(list(buckets))
    sourced = _sourced(known.filter(is_wanted & pl.col("IsKnown")))
    amounts = sourced.group_by(*KEY, *SOURCE).agg(
        count=pl.col("AddedCount").sum(),
        errors=pl.col("AddedCount").filter("IsError").sum(),
        total=(pl.col("AddedSum") * pl.col("Scaled")).sum(),
    )
    timed = sourced.filter(pl.col("Quantity").is_in(HISTOGRAMS))
    cells = cells_of(known, pl.col("row").is_in(timed["row"].unique().implode()))
    return Measured(amounts, _ranges(timed, cells))


def merge(parts: Sequence[Measured]) -> Measured:
    """Several tables, or parts of one, together."""
    amounts = pl.concat([part.amounts for part in parts]).group_by(*KEY, *SOURCE)
    ranges = pl.concat([part.ranges for part in parts]).group_by(*KEY, *SOURCE, "x_low", "x_high")
    return Measured(amounts.agg(pl.all().sum()), ranges.agg(pl.all().sum()))


def _sourced(points: pl.DataFrame) -> pl.DataFrame:
    """The points with what they measure, and the factor to its unit (`Scaled`)."""
    types = SOURCES.filter(pl.col("TokenType") != "")["Metric"].unique().implode()
    typed = points.with_columns(
        TokenType=pl.when(pl.col("Metric").is_in(types))
        .then(pl.col("TokenType").str.to_lowercase())
        .otherwise(pl.lit(""))
    )
    unit = pl.col("Unit").replace_strict(NS_PER_UNIT, default=None, return_dtype=pl.Float64)
    scaled = pl.when(pl.col("Quantity").is_in(HISTOGRAMS)).then(unit).otherwise(1.0)
    found = typed.join(SOURCES, on=["Metric", "TokenType"]).with_columns(Scaled=scaled)
    return found.filter(pl.col("Scaled").is_not_null())


def _ranges(points: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    limits = {"least": "Min", "most": "Max"}
    ns = {
        name: pl.when(pl.col("Max") > 0).then(pl.col(column) * pl.col("Scaled"))
        if column in points.columns
        else pl.lit(None, pl.Float64)
        for name, column in limits.items()
    }
    facts = points.select("row", *KEY, *SOURCE, "Scaled", **ns)
    scaled = cells.join(facts, on="row").with_columns(pl.col("low", "high") * pl.col("Scaled"))
    columns = (pl.col(name) for name in ("low", "high", "least", "most"))
    limited = scaled.with_columns(**log_limits(*columns))
    return limited.group_by(*KEY, *SOURCE, "x_low", "x_high").agg(pl.col("count").sum())
