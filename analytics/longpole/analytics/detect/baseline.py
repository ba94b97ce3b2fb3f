"""Scores of windows against the series' own past: quantile band, floor, and rank."""

from __future__ import annotations

import polars as pl

from longpole.analytics.detect.thresholds import DAY_S, HOUR_S, LatencyThresholds

SERIES = ["KeyId", "Metric", "Quantile"]


def score_windows(
    past: pl.DataFrame, recent: pl.DataFrame, thresholds: LatencyThresholds
) -> pl.DataFrame:
    """Recent windows scored against the past windows of the same series.

    Adds Q05, Q50, Q95 (band of the baseline at this hour), Score, RankBar (a score must be above
    it to be rarer than the allowed rank in the series' own past), Relative and Above. The score
    is (x - Q50) / max(Q95 - Q50, 5 % of Q50, floor). Clipping the baseline at five scales would
    change nothing: it cannot move a quantile of 95 % or less.
    Series whose past is too short are left out: they are still learning.
    """
    past = _with_slot(past, thresholds)
    bands = _bands(past)
    known = past.select("KeyId", "Metric", "Quantile", "Seasonal").unique()
    recent = recent.join(known, on=SERIES)
    bars = (
        _score(past.join(bands, on=[*SERIES, "Slot"]), thresholds)
        .group_by(SERIES)
        .agg(
            pl.col("Score")
            .sort(descending=True)
            .get((pl.len() * thresholds.rank).floor().cast(pl.Int64))
            .alias("RankBar"),
            pl.len().alias("PastWindows"),
        )
    )
    scored = _score(recent.with_columns(_slot()).join(bands, on=[*SERIES, "Slot"]), thresholds)
    return _judge(scored.join(bars, on=SERIES), thresholds).sort(*SERIES, "End")


def _with_slot(past: pl.DataFrame, thresholds: LatencyThresholds) -> pl.DataFrame:
    """The past of series that have enough of it; hour of day once a week is there."""
    days = pl.col("End").sub(1) // DAY_S
    seasonal = pl.col("Days") >= thresholds.seasonal_days
    narrow = pl.col("Width") <= thresholds.seasonal_width_s
    enough = past.group_by(SERIES).agg(
        days.n_unique().alias("Days"),
        pl.len().alias("Windows"),
        pl.col("Width").first(),
        (pl.col("N").sum() * pl.col("Step").first() // pl.col("Width").first()).alias("Calls"),
    )
    enough = enough.filter(
        pl.col("Days") >= thresholds.min_baseline_days,
        pl.col("Windows") >= thresholds.min_baseline_windows,
        pl.col("Calls") >= thresholds.min_baseline_calls,
    ).select(*SERIES, (seasonal & narrow).alias("Seasonal"))
    return past.join(enough, on=SERIES).with_columns(_slot())


def _slot() -> pl.Expr:
    hour = (pl.col("End") - pl.col("Width") // 2) // HOUR_S % 24
    return pl.when(pl.col("Seasonal")).then(hour).otherwise(0).alias("Slot")


def _bands(past: pl.DataFrame) -> pl.DataFrame:
    """Quantiles a slot; a slot of a seasonal series also counts the hours before and after."""
    shifts = pl.when(pl.col("Seasonal")).then([-1, 0, 1]).otherwise([0])
    spread = past.with_columns(shifts.alias("Shift")).explode("Shift")
    spread = spread.with_columns(((pl.col("Slot") + pl.col("Shift")) % 24).alias("Slot"))
    value = pl.col("Value")
    return spread.group_by(*SERIES, "Slot").agg(
        value.quantile(0.05, "linear").alias("Q05"),
        value.quantile(0.5, "linear").alias("Q50"),
        value.quantile(0.95, "linear").alias("Q95"),
        (pl.len() * pl.col("Step").first() / pl.col("Width").first()).alias("Independent"),
    )


def _score(frame: pl.DataFrame, thresholds: LatencyThresholds) -> pl.DataFrame:
    floor = pl.col("Metric").replace_strict(
        {name: float(f.scale_ns) for name, f in thresholds.floors.items()}, return_dtype=pl.Float64
    )
    scale = pl.max_horizontal(
        pl.col("Q95") - pl.col("Q50"), pl.col("Q50") * thresholds.relative_scale, floor
    )
    return frame.with_columns(((pl.col("Value") - pl.col("Q50")) / scale).alias("Score"))


def _judge(scored: pl.DataFrame, thresholds: LatencyThresholds) -> pl.DataFrame:
    least = pl.col("Metric").replace_strict(
        {name: float(f.change_ns) for name, f in thresholds.floors.items()}, return_dtype=pl.Float64
    )
    change = pl.col("Value") - pl.col("Q50")
    enough = thresholds.score * (1 + thresholds.short_history / pl.col("Independent"))
    return scored.with_columns((change / pl.col("Q50")).alias("Relative")).with_columns(
        (
            (pl.col("Score") >= enough)
            & (pl.col("Score") > pl.col("RankBar"))
            & (pl.col("Relative") >= thresholds.relative_change)
            & (change >= least)
        ).alias("Above")
    )
