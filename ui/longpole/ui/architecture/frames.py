"""From rows of the store to the frames that pages and endpoints show."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

KEYS = ("Row", "Service", "Agent", "Step", "Kind", "Part")
TEXT = pl.String()
NUMBERS = ("Traces", "SumNs", "SquaresMs", "Calls", "MeanMs", "Share")


@dataclass(frozen=True)
class Profile:
    """Where the selected traces spend their time.

    `rows`: Split, Row, Service, Agent, Step, Kind, Part (`work`, `edge`, `gap`; empty where it is
    not told), Traces (that have it on the path), SumNs, SquaresMs (sum of squared ms a trace),
    Calls, MeanMs (a trace of the column, also of those without it), Share (of the column's time),
    CostUsd and OffPathUsd (null: no call has a price). Largest first.
    `totals`: Split, Traces, SumNs, SquaresMs, FirstNs, LastNs; one row a column.
    """

    by: str
    split: str
    rows: pl.DataFrame
    totals: pl.DataFrame

    @property
    def traces(self) -> int:
        """How many traces are selected."""
        return int(self.totals["Traces"].sum())


def profile_of(
    by: str, split: str, rows: pl.DataFrame, totals: pl.DataFrame, costs: pl.DataFrame
) -> Profile:
    """Put the answers of path_profile_*.sql, path_totals.sql and path_costs.sql together."""
    missing = [pl.lit("", TEXT).alias(name) for name in KEYS if name not in rows.columns]
    whole = totals.select(
        "Split", of=pl.col("Traces").cast(pl.Float64), time=pl.col("SumNs").cast(pl.Float64)
    )
    made = rows.with_columns(missing).join(whole, on="Split", how="left", maintain_order="left")
    made = made.with_columns(
        MeanMs=pl.col("SumNs") / 1e6 / pl.col("of"),
        Share=pl.when(pl.col("time") > 0).then(pl.col("SumNs") / pl.col("time")).otherwise(0.0),
    )
    return Profile(by, split, _with_costs(made, costs).drop("of", "time"), totals)


def shares_of(variants: pl.DataFrame) -> pl.DataFrame:
    """Add `Share` of the traces of the same root operation and bucket."""
    whole = pl.col("Traces").sum().over("RootName", "BucketNs")
    return variants.with_columns(Share=pl.col("Traces") / whole)


def _with_costs(rows: pl.DataFrame, costs: pl.DataFrame) -> pl.DataFrame:
    """Money goes to the row of a step's work; its edge and gap have none."""
    if costs.is_empty():
        none = pl.lit(None, pl.Float64)
        return rows.with_columns(CostUsd=none, OffPathUsd=none)
    keys = [name for name in ("Split", *KEYS) if name in costs.columns]
    costs = costs.with_columns(pl.col(keys).cast(TEXT))
    works = pl.col("Part").is_in(["work", ""])
    first = works & (pl.col("Part").cum_count().over(*keys, works) == 1)
    joined = rows.join(costs, on=keys, how="left", maintain_order="left").with_columns(
        pl.when(first).then(pl.col(name)).alias(name) for name in ("CostUsd", "OffPathUsd")
    )
    # What was paid for and never waited for has a row too, with no time.
    unseen = costs.join(rows, on=keys, how="anti")
    return pl.concat([joined, unseen], how="diagonal_relaxed").with_columns(
        pl.col(KEYS).fill_null(""), pl.col(NUMBERS).fill_null(0)
    )
