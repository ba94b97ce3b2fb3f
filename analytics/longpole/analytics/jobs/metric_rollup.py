"""Five-minute rows of model calls from GenAI metrics, recomputed bucket by bucket."""

from __future__ import annotations

import time
from collections.abc import Sequence

import polars as pl

from longpole.analytics.jobs.clock import put_back, store_now_ms
from longpole.analytics.jobs.job import Stopping, never
from longpole.analytics.jobs.state import JobState
from longpole.analytics.metrics import (
    KEY,
    Measured,
    build_rows,
    counter_cells,
    explicit_cells,
    exponential_cells,
    measure,
    merge,
)
from longpole.analytics.metrics.measured import CellsOf
from longpole.core.semconv.metrics import METRIC_NAMES
from longpole.core.settings import JobsSettings
from longpole.core.store import Store, load_sql

BUCKET_S, HOUR_S = 300, 3600
# A cumulative point is compared with the one before it if that is at most so much older.
LOOKBACK_S = HOUR_S
# Rows of one insert become visible in different tables at different instants.
OVERLAP_MS = 60_000
MAX_ARRIVALS = 1_000_000
MAX_HOURS = 12  # of one pass
MAX_POINTS = 100_000  # of one query, whose histograms are then unfolded
MAX_CELLS = 1_024  # buckets of one histogram
TABLES: dict[str, CellsOf] = {
    "explicit": explicit_cells,
    "exponential": exponential_cells,
    "counter": counter_cells,
}
SEEN = {"ArrivedMs": pl.Int64, "Bucket": pl.Int64, "Points": pl.UInt64}


class MetricRollupJob:
    """Keeps `metric_rollup_5m` equal to a recomputation from the data points of GenAI metrics.

    A late point changes what the next point of its series adds, so with the bucket of an arrival
    the hour after it is recomputed. Memory is bounded by reading the series in parts.
    """

    name = "metric_rollup"

    def __init__(self, store: Store, settings: JobsSettings, stopping: Stopping = never) -> None:
        self.every_s = settings.rollup_every_s
        self._store = store
        self._stopping = stopping
        self._state = JobState(store, self.name)
        self._seen = pl.DataFrame(schema=SEEN)

    def run(self) -> int:
        """Recompute the buckets that got data points, of at most MAX_HOURS hours; returns how many.

        Repeating a pass changes nothing, so one that is cut short by a stop is simply repeated.
        """
        now_ms = store_now_ms(self._store)
        mark_ms = put_back(int(self._state.get("mark_ms") or 0), now_ms, self.name)
        arrivals = self._arrivals(mark_ms)
        touched = _grown(arrivals, self._seen)
        hours = _hours(touched["Bucket"].unique().to_list())
        now = dict(sorted(hours.items())[:MAX_HOURS])
        for buckets in now.values():
            if self._stopping():
                return 0
            self._recompute(sorted(buckets))
        self._advance(mark_ms, now_ms, arrivals, _undone(touched, set(now)))
        return sum(map(len, now.values()))

    def _arrivals(self, mark_ms: int) -> pl.DataFrame:
        which = {"after_ms": max(0, mark_ms - OVERLAP_MS), "limit": MAX_ARRIVALS}
        frame = self._store.frame(load_sql("jobs/metric_touched"), which)
        return frame.select(pl.col(name).cast(dtype) for name, dtype in SEEN.items())

    def _advance(
        self, mark_ms: int, now_ms: int, arrivals: pl.DataFrame, undone: pl.DataFrame
    ) -> None:
        """Move the mark to just before the first arrival that is not dealt with, at most to now."""
        self._seen = arrivals.join(undone, on=["ArrivedMs", "Bucket"], how="anti")
        if arrivals.is_empty():
            return
        last = undone["ArrivedMs"].min() if undone.height else arrivals["ArrivedMs"].max()
        assert isinstance(last, int)
        reached = max(mark_ms, min(last - 1 if undone.height else last, now_ms))
        if reached > mark_ms:
            self._state.set("mark_ms", str(reached))

    def _recompute(self, buckets: list[int]) -> None:
        from_s, to_s = buckets[0], buckets[-1] + BUCKET_S
        has_points = self._count(from_s, to_s) > 0
        rows = build_rows(self._measured(buckets)) if has_points else pl.DataFrame()
        existing = self._store.frame(
            load_sql("jobs/metric_rollup_existing"),
            {"buckets": buckets, "from_s": from_s, "to_s": to_s},
        )
        # A key that has no point in the bucket any more keeps its row, with zeros.
        gone = existing if rows.is_empty() else existing.join(rows, on=KEY, how="anti")
        version = pl.lit(time.time_ns() // 1000, pl.UInt64).alias("Version")
        for frame in (rows, gone):
            if frame.height:
                stamped = frame.with_columns(version, pl.col("Bucket").cast(pl.UInt32))
                self._store.insert("metric_rollup_5m", stamped)

    def _count(self, from_s: int, to_s: int) -> int:
        counted = self._store.frame(load_sql("jobs/metric_points_count"), _range(from_s, to_s))
        return int(counted["Points"][0])

    def _measured(self, buckets: Sequence[int]) -> Measured:
        from_s, to_s = buckets[0] - LOOKBACK_S, buckets[-1] + BUCKET_S
        time_range = _range(from_s, to_s)
        parts = self._count(from_s, to_s) // MAX_POINTS + 1
        found: list[Measured] = []
        for part in range(parts):
            for table, cells_of in TABLES.items():
                bound = {**time_range, "parts": parts, "part": part}
                if table != "counter":
                    bound["cells"] = MAX_CELLS
                points = self._store.frame(load_sql(f"jobs/metric_points_{table}"), bound)
                found.append(measure(points, cells_of, buckets, LOOKBACK_S * 10**9))
        return merge(found)


def _range(from_s: int, to_s: int) -> dict[str, object]:
    """After the first second up to and with the last, for the metrics that are read."""
    bounds = {"from_ns": from_s * 10**9, "to_ns": to_s * 10**9}
    return {"metrics": list(METRIC_NAMES), **bounds}


def _grown(arrivals: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Arrivals with more points than at the last look."""
    before = seen.rename({"Points": "Before"})
    joined = arrivals.join(before, on=["ArrivedMs", "Bucket"], how="left")
    return joined.filter(pl.col("Points") > pl.col("Before").fill_null(0))


def _hours(buckets: Sequence[int]) -> dict[int, set[int]]:
    """Hour -> buckets of it that may change when these got points."""
    hours: dict[int, set[int]] = {}
    for bucket in buckets:
        for affected in range(bucket, bucket + LOOKBACK_S + BUCKET_S, BUCKET_S):
            hours.setdefault(affected // HOUR_S, set()).add(affected)
    return hours


def _undone(touched: pl.DataFrame, done_hours: set[int]) -> pl.DataFrame:
    """Arrivals of which not every hour was recomputed."""
    first = pl.col("Bucket") // HOUR_S
    last = (pl.col("Bucket") + LOOKBACK_S) // HOUR_S
    done = list(done_hours)
    return touched.filter(~(first.is_in(done) & last.is_in(done)))
