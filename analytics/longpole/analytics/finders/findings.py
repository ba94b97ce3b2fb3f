"""From what was found in single traces to findings: how often, how much time and money a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from longpole.analytics.detect.frames import FINDING_SCHEMA, KEY
from longpole.analytics.finders.limits import FinderLimits
from longpole.analytics.finders.words import WORDS, reason, title

DAY_S, HOUR_S = 86_400.0, 3_600.0
EXAMPLES = 5
FOUND_SCHEMA = {**FINDING_SCHEMA, "ExampleTraces": pl.List(pl.String())}


@dataclass(frozen=True)
class Window:
    """What the spans stand for: `seconds` of traffic up to `to_ms`, of which `share` was read."""

    to_ms: int
    seconds: float
    share: float = 1.0

    @property
    def per_day(self) -> float:
        """How many requests a day one that was read stands for."""
        return DAY_S / max(self.seconds, 1.0) / self.share

    @property
    def tells_days(self) -> bool:
        """Whether it is long enough to say anything of a day."""
        return self.seconds >= HOUR_S


def traces_of(spans: pl.DataFrame) -> pl.DataFrame:
    """Project, TraceId, RootName and TraceNs: the longest root of each trace."""
    return (
        spans.filter("IsRoot")
        .sort("DurationNs", descending=True)
        .group_by("Project", "TraceId", maintain_order=True)
        .agg(pl.col("RootName").first(), TraceNs=pl.col("DurationNs").first())
    )


def to_findings(
    name: str, found: pl.DataFrame, traces: pl.DataFrame, window: Window, limits: FinderLimits
) -> pl.DataFrame:
    """Occurrences of one finder that are worth telling as rows of FOUND_SCHEMA.

    One finding a key (project, service, agent, step, operation, model); the root operation named is
    the most frequent one.
    """
    rows = _grouped(found, traces).with_columns(
        NsPerDay=pl.col("SavedNs") * window.per_day, UsdPerDay=pl.col("SavedUsd") * window.per_day
    )
    kept = rows.filter(_worth(limits))
    made = [_row(name, row, window, limits) for row in kept.iter_rows(named=True)]
    return pl.DataFrame(made, schema=FOUND_SCHEMA, orient="row")


def _grouped(found: pl.DataFrame, traces: pl.DataFrame) -> pl.DataFrame:
    whole = found.join(traces.drop("RootName"), on=["Project", "TraceId"])
    of_root = traces.group_by("Project", "RootName").agg(AllTraces=pl.len())
    each = whole.group_by(*KEY, "TraceId", maintain_order=True).agg(
        pl.col("RootName", "What", "Evidence", "TraceNs").first(),
        pl.col("Start").min(),
        pl.col("Count", "SavedNs", "SavedUsd").sum(),
        pl.col("Value").max(),
    )
    return (
        each.sort("SavedNs", "SavedUsd", "TraceId", descending=[True, True, False])
        .group_by(KEY, maintain_order=True)
        .agg(
            pl.col("RootName", "What", "Evidence").mode().sort().first(),
            Traces=pl.len(),
            Count=pl.col("Count").sum(),
            CountMean=pl.col("Count").mean(),
            ValueMean=pl.col("Value").mean(),
            SavedNs=pl.col("SavedNs").sum().cast(pl.Float64),
            SavedNsMean=pl.col("SavedNs").mean(),
            SavedUsd=pl.col("SavedUsd").sum(),
            TraceNsMean=pl.col("TraceNs").mean(),
            First=pl.col("Start").min(),
            Last=pl.col("Start").max(),
            ExampleTraces=pl.col("TraceId").head(EXAMPLES),
        )
        .join(of_root, on=["Project", "RootName"], how="left")
        .with_columns(
            AllTraces=pl.max_horizontal("AllTraces", "Traces"),
            TimeShare=pl.col("SavedNsMean") / pl.col("TraceNsMean").clip(1),
        )
        .with_columns(Share=pl.col("Traces") / pl.col("AllTraces"))
    )


def _worth(limits: FinderLimits) -> pl.Expr:
    often = (pl.col("Traces") >= limits.traces) & (pl.col("Share") >= limits.trace_share)
    much = (pl.col("TimeShare") >= limits.share) | (pl.col("UsdPerDay") >= limits.usd_per_day)
    return often & much


def _row(name: str, row: dict[str, Any], window: Window, limits: FinderLimits) -> dict[str, Any]:
    severe = (
        row["TimeShare"] >= limits.warning_share or row["UsdPerDay"] >= limits.warning_usd_per_day
    )
    expected = max(row["TraceNsMean"] - row["SavedNsMean"], 0.0)
    return {
        **{key: row[key] for key in KEY},
        "Detector": name,
        "Area": WORDS[name].area,
        "Severity": "warning" if severe else "info",
        "Metric": "request_duration",
        "Unit": "ns",
        "Direction": "up",
        "Title": title(name, row),
        "Reason": reason(name, row, window.tells_days),
        "Onset": row["First"],
        "LastSeenAt": row["Last"],
        "Observed": row["TraceNsMean"],
        "Expected": expected,
        "ExpectedLow": expected,
        "ExpectedHigh": row["TraceNsMean"],
        "Score": row["Share"],
        "RelativeChange": row["SavedNsMean"] / max(expected, 1.0),
        "SizeMs": row["SavedNsMean"] / 1e6,
        "SizeUsdPerDay": row["UsdPerDay"],
        "Samples": row["Count"],
        "BaselineSamples": row["AllTraces"],
        "BaselineFrom": window.to_ms - round(window.seconds * 1000),
        "BaselineTo": window.to_ms,
        "AffectedTraces": row["Traces"],
        "Attribution": {"ms_per_day": row["NsPerDay"] / 1e6, "share_of_requests": row["Share"]},
        "SuggestedLook": WORDS[name].look,
        "Confirmed": True,
        "ExampleTraces": row["ExampleTraces"],
    }
