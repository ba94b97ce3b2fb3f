"""What each data point adds to the buckets of its histogram, as ranges of values.

A cell is `row` (the point), `low` and `high` (the values it counts lie above and up to these; null
where the sender knows no limit) and `count`. Values have the unit of the metric.
"""

from __future__ import annotations

import polars as pl

CELLS = pl.Schema(
    {"row": pl.UInt32(), "low": pl.Float64(), "high": pl.Float64(), "count": pl.Int64()}
)
MOST_HALVINGS = 60
NO_LIMIT = pl.lit(None, pl.Float64)


def explicit_cells(points: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """Cells of the `wanted` rows of with_deltas() that have Counts and Bounds."""
    cells = _with_previous(points, wanted, "Counts", "Bounds")
    edged = (
        cells.filter(pl.col("Counts").list.len() > 0)
        .with_columns(
            low=pl.concat_list(NO_LIMIT, "Bounds"),
            high=pl.concat_list("Bounds", NO_LIMIT),
            count=pl.col("Counts").cast(pl.List(pl.Int64)),
        )
        .select("row", "sign", "low", "high", "count")
        .explode("low", "high", "count")
    )
    return _summed(edged, ["low", "high"])


def exponential_cells(points: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """Cells of the `wanted` rows of with_deltas() that have Counts, Offset and Scale.

    A sender halves its scale when values spread too far: both points are then compared at the
    coarser scale. Zeros are in no cell.
    """
    cells = _with_previous(points, wanted, "Counts", "Offset", "Scale")
    common = pl.col("Scale").min().over("row")
    halvings = (pl.col("Scale") - common).clip(0, MOST_HALVINGS)
    indexed = (
        cells.filter(pl.col("Counts").list.len() > 0)
        .with_columns(
            scale=common,
            step=pl.lit(2, pl.Int64).pow(halvings),
            count=pl.col("Counts").cast(pl.List(pl.Int64)),
            place=pl.int_ranges(0, pl.col("Counts").list.len(), dtype=pl.Int64),
        )
        .explode("count", "place")
        .with_columns(index=(pl.col("Offset").cast(pl.Int64) + pl.col("place")) // pl.col("step"))
    )
    summed = _summed(indexed, ["scale", "index"])
    growth = pl.lit(2.0).pow(-pl.col("scale").cast(pl.Float64))
    return summed.select(
        "row",
        low=pl.lit(2.0).pow(pl.col("index") * growth),
        high=pl.lit(2.0).pow((pl.col("index") + 1) * growth),
        count="count",
    ).cast(CELLS)


def counter_cells(points: pl.DataFrame, wanted: pl.Expr) -> pl.DataFrame:
    """A counter has no buckets."""
    return CELLS.to_frame()


def _with_previous(points: pl.DataFrame, wanted: pl.Expr, *columns: str) -> pl.DataFrame:
    """The wanted rows (sign 1), and under their numbers the rows they are compared with (-1)."""
    chosen = points.filter(wanted & pl.col("IsKnown"))
    plus = chosen.select("row", *columns, sign=pl.lit(1, pl.Int64))
    compared = chosen.filter(pl.col("prev").is_not_null()).select("row", "prev")
    minus = compared.join(points.select("row", *columns), left_on="prev", right_on="row").select(
        "row", *columns, sign=pl.lit(-1, pl.Int64)
    )
    return pl.concat([plus, minus])


def _summed(cells: pl.DataFrame, edges: list[str]) -> pl.DataFrame:
    """The difference in each cell; less than nothing is nothing."""
    total = (pl.col("count") * pl.col("sign")).sum().alias("count")
    return cells.group_by("row", *edges).agg(total).filter(pl.col("count") > 0)
