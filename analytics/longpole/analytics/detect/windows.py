"""Quantiles of log-bucket histograms over sliding windows, for all keys and windows at once."""

from __future__ import annotations

import polars as pl

from longpole.analytics.detect.thresholds import LatencyThresholds, Width

BASE = 1.1
HISTOGRAMS = {"duration": "DurationHist", "ttft": "TtftHist", "tpot": "TpotHist"}
SERIES = ["KeyId", "Metric"]


def long_histograms(rollup: pl.DataFrame) -> pl.DataFrame:
    """(KeyId, Bucket, Metric, Bin, N): one row a filled histogram cell.

    Time to first token and time per output token are judged for model calls only.
    """
    entries = pl.List(pl.Struct({"key": pl.Int16, "value": pl.UInt64}))
    parts = []
    for metric, column in HISTOGRAMS.items():
        rows = rollup if metric == "duration" else rollup.filter(pl.col("Kind") == "llm")
        cells = rows.select("KeyId", "Bucket", pl.lit(metric).alias("Metric"), column)
        filled = cells.with_columns(cells[column].cast(entries).alias("Cell")).drop(column)
        parts.append(filled.explode("Cell").drop_nulls("Cell").unnest("Cell"))
    return pl.concat(parts).rename({"key": "Bin", "value": "N"})


def choose_widths(cells: pl.DataFrame, thresholds: LatencyThresholds) -> pl.DataFrame:
    """(KeyId, Metric, Quantile, Width): the shortest window whose median window has enough calls.

    Judged on windows that have any call; series too thin for the widest window are left out.
    """
    counts = cells.group_by(*SERIES, "Bucket").agg(pl.col("N").sum())
    chosen = []
    for width in thresholds.widths:
        typical = (
            counts.group_by(*SERIES, pl.col("Bucket") // width.seconds)
            .agg(pl.col("N").sum())
            .group_by(SERIES)
            .agg(pl.col("N").median())
        )
        for name, _, least in thresholds.quantiles:
            enough = typical.filter(pl.col("N") >= least).select(SERIES)
            chosen.append(
                enough.with_columns(Quantile=pl.lit(name), Width=pl.lit(width.seconds, pl.Int64))
            )
    return pl.concat(chosen).group_by(*SERIES, "Quantile").agg(pl.col("Width").min())


def window_points(
    cells: pl.DataFrame, widths: pl.DataFrame, now_s: int, thresholds: LatencyThresholds
) -> pl.DataFrame:
    """(KeyId, Metric, Quantile, Width, Step, End, Value, N): one row a window with enough calls.

    `End` is in seconds, never later than the window that holds `now_s`; `Value` in nanoseconds.
    """
    points = []
    for width in thresholds.widths:
        mine = widths.filter(pl.col("Width") == width.seconds)
        if mine.is_empty():
            continue
        summed = _slide(cells.join(mine.select(SERIES).unique(), on=SERIES), width, now_s)
        for name, q, least in thresholds.quantiles:
            wanted = mine.filter(pl.col("Quantile") == name).select(SERIES)
            values = _quantile(summed.join(wanted, on=SERIES), q).filter(pl.col("N") >= least)
            points.append(
                values.with_columns(
                    Quantile=pl.lit(name),
                    Width=pl.lit(width.seconds, pl.Int64),
                    Step=pl.lit(width.step, pl.Int64),
                )
            )
    return pl.concat(points) if points else pl.DataFrame(schema=POINT_SCHEMA)


POINT_SCHEMA = {
    "KeyId": pl.UInt32, "Metric": pl.String, "End": pl.Int64, "Value": pl.Float64,
    "N": pl.UInt64, "Quantile": pl.String, "Width": pl.Int64, "Step": pl.Int64,
}  # fmt: skip


def _slide(cells: pl.DataFrame, width: Width, now_s: int) -> pl.DataFrame:
    """Histogram cells summed over windows that overlap when the step is shorter than the width."""
    last = -(-now_s // width.step) * width.step
    per_step = cells.group_by(
        *SERIES, "Bin", (pl.col("Bucket") // width.step * width.step + width.step).alias("End")
    ).agg(pl.col("N").sum())
    ends = pl.int_ranges("End", pl.col("End") + width.seconds, width.step)
    return (
        per_step.with_columns(ends.alias("End"))
        .explode("End")
        .filter(pl.col("End") <= last)
        .group_by(*SERIES, "End", "Bin")
        .agg(pl.col("N").sum())
    )


def _quantile(summed: pl.DataFrame, q: float) -> pl.DataFrame:
    """(KeyId, Metric, End, Value, N): interpolated inside the bin on the log scale."""
    group = [*SERIES, "End"]
    ordered = summed.sort(*group, "Bin").with_columns(
        pl.col("N").cum_sum().over(group).alias("Upto"), pl.col("N").sum().over(group).alias("All")
    )
    wanted = pl.col("All") * q
    inside = (wanted - (pl.col("Upto") - pl.col("N"))) / pl.col("N")
    return (
        ordered.filter(pl.col("Upto") >= wanted)
        .unique(group, keep="first", maintain_order=True)
        .select(
            *group,
            (pl.lit(BASE).pow(pl.col("Bin") + inside)).alias("Value"),
            pl.col("All").alias("N"),
        )
    )
