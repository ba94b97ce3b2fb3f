"""Quantiles of log-bucket histograms over sliding windows, for all keys and windows at once."""

from __future__ import annotations

import polars as pl

from longpole.analytics.detect.thresholds import HOUR_S, LatencyThresholds

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


def choose_widths(
    cells: pl.DataFrame, scan_from: int, now_s: int, thresholds: LatencyThresholds
) -> pl.DataFrame:
    """(KeyId, Metric, Quantile, Width, PastWidth): the shortest windows with enough calls.

    Traffic may be far denser or thinner now than it was, so windows of now and of the baseline
    are chosen apart: a quantile of 100 calls is the same statistic whether they took five minutes
    or an hour. A baseline window is never shorter than the one it is compared with. Series that
    are too thin for the widest window are left out.
    """
    counts = cells.group_by(*SERIES, "Bucket").agg(pl.col("N").sum())
    recent = _shortest(
        {w.seconds: _rate(counts, w.seconds, now_s) for w in thresholds.widths}, thresholds
    )
    before = counts.filter(pl.col("Bucket") < scan_from)
    past = _shortest(
        {w.seconds: _typical(before, w.seconds) for w in thresholds.widths}, thresholds
    )
    both = recent.join(past.rename({"Width": "PastWidth"}), on=[*SERIES, "Quantile"])
    return both.with_columns(pl.max_horizontal("Width", "PastWidth").alias("PastWidth"))


def _rate(counts: pl.DataFrame, width: int, now_s: int) -> pl.DataFrame:
    """Calls in a window of this width at the pace of the last hour, or of the last such window."""
    span = max(HOUR_S, width)
    recent = counts.filter(pl.col("Bucket") >= now_s - span)
    return recent.group_by(SERIES).agg((pl.col("N").sum() * width / span).alias("N"))


def _typical(counts: pl.DataFrame, width: int) -> pl.DataFrame:
    """Median calls of the windows that have any."""
    windows = counts.group_by(*SERIES, pl.col("Bucket") // width).agg(pl.col("N").sum())
    return windows.group_by(SERIES).agg(pl.col("N").median())


def _shortest(calls: dict[int, pl.DataFrame], thresholds: LatencyThresholds) -> pl.DataFrame:
    chosen = [
        frame.filter(pl.col("N") >= least).select(
            *SERIES, pl.lit(name).alias("Quantile"), pl.lit(width, pl.Int64).alias("Width")
        )
        for width, frame in calls.items()
        for name, _, least in thresholds.quantiles
    ]
    return pl.concat(chosen).group_by(*SERIES, "Quantile").agg(pl.col("Width").min())


def past_points(
    cells: pl.DataFrame, widths: pl.DataFrame, scan_from: int, thresholds: LatencyThresholds
) -> pl.DataFrame:
    """Windows of the baseline: those that end at `scan_from` or before; see recent_points."""
    before = cells.filter(pl.col("Bucket") < scan_from)
    mine = widths.select(*SERIES, "Quantile", pl.col("PastWidth").alias("Width"))
    steps = {width.seconds: width.past_step for width in thresholds.widths}
    return _points(before, mine, steps, scan_from, thresholds)


def recent_points(
    cells: pl.DataFrame, widths: pl.DataFrame, scan_from: int, now_s: int,
    thresholds: LatencyThresholds,
) -> pl.DataFrame:  # fmt: skip
    """(KeyId, Metric, Quantile, Width, Step, End, Value, N): one row a window with enough calls.

    `End` is in seconds, later than `scan_from` and never later than the window that holds
    `now_s`; `Value` in nanoseconds.
    """
    widest = max(width.seconds for width in thresholds.widths)
    after = cells.filter(pl.col("Bucket") > scan_from - widest)
    steps = {width.seconds: width.step for width in thresholds.widths}
    mine = widths.select(*SERIES, "Quantile", "Width")
    points = _points(after, mine, steps, now_s, thresholds)
    return points.filter(pl.col("End") > scan_from)


def _points(
    cells: pl.DataFrame, widths: pl.DataFrame, steps: dict[int, int], until_s: int,
    thresholds: LatencyThresholds,
) -> pl.DataFrame:  # fmt: skip
    points = [pl.DataFrame(schema=POINT_SCHEMA)]
    for width, step in steps.items():
        mine = widths.filter(pl.col("Width") == width)
        if mine.is_empty():
            continue
        wanted = cells.join(mine.select(SERIES).unique(), on=SERIES)
        summed = _slide(wanted, width, step, until_s)
        for name, q, least in thresholds.quantiles:
            series = mine.filter(pl.col("Quantile") == name).select(SERIES)
            values = _quantile(summed.join(series, on=SERIES), q).filter(pl.col("N") >= least)
            points.append(
                values.with_columns(
                    Quantile=pl.lit(name),
                    Width=pl.lit(width, pl.Int64),
                    Step=pl.lit(step, pl.Int64),
                )
            )
    return pl.concat(points)


POINT_SCHEMA = {
    "KeyId": pl.UInt32, "Metric": pl.String, "End": pl.Int64, "Value": pl.Float64,
    "N": pl.UInt64, "Quantile": pl.String, "Width": pl.Int64, "Step": pl.Int64,
}  # fmt: skip


def _slide(cells: pl.DataFrame, width: int, step: int, until_s: int) -> pl.DataFrame:
    """Histogram cells summed over windows that overlap when the step is shorter than the width."""
    last = -(-until_s // step) * step
    per_step = cells.group_by(
        *SERIES, "Bin", (pl.col("Bucket") // step * step + step).alias("End")
    ).agg(pl.col("N").sum())
    ends = pl.int_ranges("End", pl.col("End") + width, step)
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
