"""From scored windows to events: one a key, with the evidence that tells a cause from a symptom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from longpole.analytics.detect.baseline import SERIES
from longpole.analytics.detect.frames import KEY
from longpole.analytics.detect.onset import onset_index
from longpole.analytics.detect.thresholds import DAY_S, LatencyThresholds
from longpole.analytics.detect.windows import BASE

BUCKET_S = 300
SUMS = ["Calls", "DurationNs", "SelfNs", "OutputTokens"]


@dataclass(frozen=True)
class Means:
    """A key's calls in a period, and means a call (nanoseconds, tokens)."""

    calls: int
    duration_ns: float
    self_ns: float
    output_tokens: float


@dataclass(frozen=True)
class Event:
    """A key that is slower than its past. Times in seconds since 1970, values in nanoseconds."""

    key: dict[str, str]
    kind: str
    metric: str
    quantile: str
    value: float
    low: float
    expected: float
    high: float
    score: float
    relative: float
    onset_s: int
    last_end_s: int
    seasonal: bool
    past_windows: int
    confirmed: bool
    baseline_from_s: int
    baseline_to_s: int
    before: Means
    after: Means

    @property
    def excess_ns(self) -> float:
        """Added time a call, in the mean."""
        return self.after.duration_ns - self.before.duration_ns

    @property
    def own_excess_ns(self) -> float:
        """The part of the added time that no child span covers."""
        return self.after.self_ns - self.before.self_ns


def events_of(
    scored: pl.DataFrame,
    rows: pl.DataFrame,
    cells: pl.DataFrame,
    scan_from: int,
    thresholds: LatencyThresholds,
) -> list[Event]:
    """One event a key that fired, told by its series with the highest score."""
    fired = _fired(scored, thresholds)
    events = []
    for peak in fired.iter_rows(named=True):
        mine = rows.filter(pl.col("KeyId") == peak["KeyId"])
        event = _event(peak, mine, cells, scan_from)
        if not _longer_answers(event, peak, scored, thresholds):
            events.append(event)
    return events


def _fired(scored: pl.DataFrame, thresholds: LatencyThresholds) -> pl.DataFrame:
    """The peak window of each key that has enough windows above in a row, or (not confirmed yet)
    whose newest window is far above.
    """
    needed, last = thresholds.needed_of_last
    recent = pl.col("Above").cast(pl.Int32).rolling_sum(last, min_samples=1).over(SERIES)
    newest = pl.col("End") == pl.col("End").max().over(SERIES)
    far = pl.col("Score") >= thresholds.pending_score
    marked = scored.with_columns(
        (pl.col("Above") & (recent >= needed)).any().over(SERIES).alias("Confirmed"),
        (pl.col("Above") & newest & far).any().over(SERIES).alias("Pending"),
    )
    spans = marked.filter(pl.col("Above"), pl.col("Confirmed") | pl.col("Pending")).with_columns(
        pl.col("End").min().over(SERIES).alias("FirstEnd"),
        pl.col("End").max().over(SERIES).alias("LastEnd"),
    )
    order = spans.sort("Confirmed", "Score", descending=True)
    return order.unique("KeyId", keep="first", maintain_order=True)


def _event(peak: dict[str, Any], mine: pl.DataFrame, cells: pl.DataFrame, scan_from: int) -> Event:
    key_id, metric = int(peak["KeyId"]), str(peak["Metric"])
    first_end, width = int(peak["FirstEnd"]), int(peak["Width"])
    last_end = int(peak["LastEnd"])
    series = cells.filter(pl.col("KeyId") == key_id, pl.col("Metric") == metric)
    onset = _onset(series, first_end, width)
    before = mine.filter(pl.col("Bucket") < scan_from)
    first = mine.row(0, named=True)
    return Event(
        key={name: str(first[name]) for name in KEY},
        kind=str(first["Kind"]),
        metric=metric,
        quantile=str(peak["Quantile"]),
        value=float(peak["Value"]),
        low=float(peak["Q05"]),
        expected=float(peak["Q50"]),
        high=float(peak["Q95"]),
        score=float(peak["Score"]),
        relative=float(peak["Relative"]),
        onset_s=onset,
        last_end_s=last_end,
        seasonal=bool(peak["Seasonal"]),
        past_windows=int(peak["PastWindows"]),
        confirmed=bool(peak["Confirmed"]),
        baseline_from_s=int(str(before["Bucket"].min())),
        baseline_to_s=scan_from,
        before=_means(before),
        after=_means(mine.filter(pl.col("Bucket").is_between(onset, last_end - 1))),
    )


def _onset(series: pl.DataFrame, first_end: int, width: int) -> int:
    """When the level rose: a change point of the mean logarithm of each five minutes."""
    middle = (pl.col("Bin") + 0.5) * np.log(BASE)
    means = (
        series.filter(pl.col("Bucket").is_between(first_end - DAY_S, first_end + 2 * width))
        .group_by("Bucket")
        .agg(((middle * pl.col("N")).sum() / pl.col("N").sum()).alias("Level"))
        .sort("Bucket")
    )
    buckets = means["Bucket"].to_numpy()
    first = int(np.searchsorted(buckets, first_end - width))
    index = onset_index(means["Level"].to_numpy(), first, 1, reach=max(2, width // BUCKET_S))
    return int(buckets[min(index, len(buckets) - 1)])


def _means(rows: pl.DataFrame) -> Means:
    calls, duration, own, tokens = (int(rows[name].sum()) for name in SUMS)
    divisor = max(calls, 1)
    return Means(calls, duration / divisor, own / divisor, tokens / divisor)


def _longer_answers(
    event: Event, peak: dict[str, Any], scored: pl.DataFrame, thresholds: LatencyThresholds
) -> bool:
    """Whether a model call took longer only because its answers grew.

    Time to first token and time per output token tell a slower service from a longer answer;
    where neither is measured, duration per output token does.
    """
    if event.kind != "llm" or event.metric != "duration":
        return False
    service = scored.filter(
        pl.col("KeyId") == peak["KeyId"],
        pl.col("Metric") != "duration",
        pl.col("End").is_between(int(peak["FirstEnd"]), event.last_end_s),
    )
    rise = thresholds.relative_change
    if not service.is_empty():
        return not bool((service["Relative"] >= rise).any())
    if not event.before.output_tokens or not event.after.output_tokens:
        return False
    before = event.before.duration_ns / event.before.output_tokens
    return event.after.duration_ns / event.after.output_tokens < before * (1 + rise)
