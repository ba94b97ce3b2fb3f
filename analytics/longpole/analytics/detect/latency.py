"""Latency anomalies: which step became slower than its own past, since when, by how much."""

from __future__ import annotations

import polars as pl

from longpole.analytics.detect.baseline import SERIES, score_windows
from longpole.analytics.detect.frames import (
    CALM_SCHEMA,
    HIST,
    KEY,
    Detection,
    nothing,
    require,
)
from longpole.analytics.detect.latency_events import Event, events_of
from longpole.analytics.detect.latency_findings import findings_frame
from longpole.analytics.detect.localise import name_the_cause
from longpole.analytics.detect.thresholds import LatencyThresholds
from longpole.analytics.detect.windows import (
    choose_widths,
    long_histograms,
    past_points,
    recent_points,
)

DETECTOR = "latency"
ROLLUP_SCHEMA: dict[str, pl.DataType] = {
    **{name: pl.String() for name in (*KEY, "Kind")},
    "Bucket": pl.Int64(),
    **{name: pl.UInt64() for name in ("Calls", "DurationNs", "SelfNs", "OutputTokens")},
    **{name: HIST for name in ("DurationHist", "TtftHist", "TpotHist")},
}
"""The columns of `step_rollup_5m` that the detector reads; `Bucket` is seconds since 1970."""


def find_latency_anomalies(
    rollup: pl.DataFrame,
    now_ns: int,
    thresholds: LatencyThresholds,
    open_since: pl.DataFrame | None = None,
) -> Detection:
    """Judge the windows of the last hours of every active key against its past.

    `open_since` (KEY and `SinceS`) names keys with an open incident: what they did since then
    does not enter their baseline.
    """
    require(rollup, ROLLUP_SCHEMA, "the latency detector's input")
    now_s = now_ns // 1_000_000_000
    scan_from = now_s - thresholds.scan_s
    rows = _active(rollup, now_s, scan_from, thresholds)
    if rows.is_empty():
        return nothing()
    cells = long_histograms(rows)
    widths = choose_widths(cells, scan_from, now_s, thresholds)
    past = _without_open(past_points(cells, widths, scan_from, thresholds), rows, open_since)
    recent = recent_points(cells, widths, scan_from, now_s, thresholds)
    scored = score_windows(past, recent, thresholds)
    events = events_of(scored, rows, cells, scan_from, thresholds)
    named = name_the_cause(events, thresholds)
    return Detection(findings_frame(named, now_s), _calm(scored, rows, named, thresholds))


def _active(
    rollup: pl.DataFrame, now_s: int, scan_from: int, thresholds: LatencyThresholds
) -> pl.DataFrame:
    """Rows of keys that were called in the scan, with a KeyId; future and old rows are left out."""
    rows = rollup.select(
        pl.col(name).cast(dtype) if name in ("Bucket", "Calls") else pl.col(name)
        for name, dtype in ROLLUP_SCHEMA.items()
    ).filter(
        pl.col("Calls") > 0,
        pl.col("Bucket") <= now_s,
        pl.col("Bucket") > scan_from - thresholds.history_s,
    )
    keys = (
        rows.filter(pl.col("Bucket") >= scan_from)
        .select(*KEY, "Kind")
        .unique()
        .sort(*KEY, "Kind")
        .with_row_index("KeyId")
    )
    return rows.join(keys, on=[*KEY, "Kind"])


def _without_open(
    past: pl.DataFrame, rows: pl.DataFrame, open_since: pl.DataFrame | None
) -> pl.DataFrame:
    if open_since is None or open_since.is_empty():
        return past
    since = rows.select(*KEY, "KeyId").unique().join(open_since, on=KEY).select("KeyId", "SinceS")
    joined = past.join(since, on="KeyId", how="left")
    return joined.filter((pl.col("End") <= pl.col("SinceS")).fill_null(True)).drop("SinceS")


def _calm(
    scored: pl.DataFrame, rows: pl.DataFrame, events: list[Event], thresholds: LatencyThresholds
) -> pl.DataFrame:
    """Keys whose last windows all score below half the threshold in every series."""
    last = thresholds.calm_windows
    low = pl.col("Score") < thresholds.score / 2
    quiet = (
        scored.group_by(SERIES)
        .agg(low.tail(last).all().alias("Quiet"), pl.len().alias("Windows"))
        .group_by("KeyId")
        .agg(pl.col("Quiet").all(), pl.col("Windows").max())
        .filter(pl.col("Quiet"), pl.col("Windows") >= last)
    )
    names = rows.select(*KEY, "KeyId").unique()
    return (
        quiet.join(names, on="KeyId")
        .with_columns(Detector=pl.lit(DETECTOR), Direction=pl.lit("up"))
        .select(list(CALM_SCHEMA))
        .unique()
    )
