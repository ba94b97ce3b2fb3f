"""From what each request wasted to findings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl

from longpole.analytics.finders.frames import FOUND_SCHEMA, KEY, Frames
from longpole.analytics.finders.wording import AREAS, LOOKS, reason, title
from longpole.core.settings import FindersSettings

Row = dict[str, Any]
EXAMPLES = 5


def findings_of(
    detector: str, wasted: pl.DataFrame, frames: Frames, settings: FindersSettings
) -> pl.DataFrame:
    """One finding for each step that enough requests wasted at; columns of FOUND_SCHEMA.

    A request counts once, with all it wasted at the step. The share is of the requests that have
    the step at all. Where several root operations show one pattern at a step, the one that loses
    most speaks for it.
    """
    judged = _judged(wasted, frames).filter(
        pl.col("Affected") >= settings.min_requests, pl.col("Share") >= settings.min_share
    )
    rows = [_finding(detector, row) for row in judged.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=FOUND_SCHEMA, orient="row")


def _judged(wasted: pl.DataFrame, frames: Frames) -> pl.DataFrame:
    requests = frames.calls.group_by(KEY).agg(Requests=pl.col("TraceId").n_unique())
    each = wasted.group_by([*KEY, "TraceId"]).agg(
        pl.col("AtNs").max(),
        pl.col("SavedNs", "SavedUsd").sum(),
        pl.col("Times").max(),
        pl.col("Evidence").min(),
    )
    judged = each.sort("SavedNs", "SavedUsd", "TraceId", descending=True).group_by(KEY).agg(
        pl.col("SavedNs", "Times").median(),
        Affected=pl.len(),
        NsPerDay=pl.col("SavedNs").sum() / frames.days,
        UsdPerDay=pl.col("SavedUsd").sum() / frames.days,
        FirstNs=pl.col("AtNs").min(),
        LastNs=pl.col("AtNs").max(),
        Proven=(pl.col("Evidence") == "data").mean(),
        ExampleTraces=pl.col("TraceId").head(EXAMPLES),
    )  # fmt: skip
    shares = judged.join(requests, on=KEY).with_columns(
        Share=pl.col("Affected") / pl.col("Requests")
    )
    step = [name for name in KEY if name != "RootName"]
    return shares.sort("NsPerDay", "UsdPerDay", "RootName", descending=True).unique(
        step, keep="first", maintain_order=True
    )


def _finding(detector: str, row: Row) -> Row:
    money = detector == "context_growth"
    since, until = _moment(row["FirstNs"]), _moment(row["LastNs"])
    return {
        **{name: row[name] for name in KEY if name != "RootName"},
        "Detector": detector, "Area": AREAS[detector], "Severity": "info", "Direction": "up",
        "Metric": "usd_a_day" if money else "path_time_saved", "Unit": "usd" if money else "ns",
        "Title": title(detector, row), "Reason": reason(detector, row),
        "SuggestedLook": LOOKS[detector], "Onset": since, "LastSeenAt": until,
        "Observed": row["UsdPerDay"] if money else row["SavedNs"],
        "Expected": 0.0, "ExpectedLow": 0.0, "ExpectedHigh": 0.0,
        "Score": row["Share"], "RelativeChange": 0.0,
        "SizeMs": None if money else row["SavedNs"] / 1e6,
        "SizeUsdPerDay": row["UsdPerDay"] or None,
        "Samples": row["Requests"], "BaselineSamples": 0,
        "BaselineFrom": since, "BaselineTo": until, "AffectedTraces": row["Affected"],
        "Attribution": {}, "Confirmed": True, "ExampleTraces": row["ExampleTraces"],
    }  # fmt: skip


def _moment(ns: int) -> datetime:
    return datetime.fromtimestamp(ns // 1_000_000 / 1000, UTC)
