"""Five-minute rows per step, recomputed bucket by bucket from assembled spans and traces."""

from __future__ import annotations

import time

import polars as pl

from longpole.analytics.jobs.job import Stopping, never
from longpole.analytics.jobs.state import JobState
from longpole.core.settings import JobsSettings
from longpole.core.store import Store, load_sql

# Buckets of one statement: enough that a backfill of days is quick, few enough that its groups
# and the trace ids it looks up fit in memory.
CHUNK_S = 6 * 3600
# An assembly pass may still be writing its version while it is read; versions this young are
# looked at again. In nanoseconds, as the versions of assembly are.
OVERLAP_NS = 60 * 10**9
KEY = ["Project", "Service", "Agent", "Step", "Operation", "Model", "Kind", "Bucket"]
SEEN = {"Source": pl.String, "Version": pl.UInt64, "Bucket": pl.UInt32, "Rows": pl.UInt64}


class RollupJob:
    """Keeps `step_rollup_5m` equal to a recomputation from `span_facts` and `traces`.

    Whole buckets are recomputed, so passes are idempotent and late spans need nothing special.
    A span longer than a day is left out: finding it would read every day again.
    """

    name = "rollup"

    def __init__(self, store: Store, settings: JobsSettings, stopping: Stopping = never) -> None:
        self.every_s = settings.rollup_every_s
        self._store = store
        self._stopping = stopping
        self._state = JobState(store, self.name)
        self._seen = pl.DataFrame(schema=SEEN)

    def run(self) -> int:
        """Recompute the buckets touched since the last pass; returns how many.

        A pass that is cut short by a stop counts as not done: the next one repeats it.
        """
        watermark = int(self._state.get("version") or 0)
        touched = self._touched(max(0, watermark - OVERLAP_NS))
        grown = _grown(touched, self._seen)
        buckets = grown["Bucket"].unique().sort().to_list()
        for chunk in _chunks(buckets):
            if self._stopping():
                return 0
            self._recompute(chunk)
        newest = touched["Version"].max()
        reached = max(watermark, newest if isinstance(newest, int) else 0)
        if reached > watermark:
            self._state.set("version", str(reached))
        self._seen = touched.filter(pl.col("Version") > max(0, reached - OVERLAP_NS))
        return len(buckets)

    def _touched(self, after: int) -> pl.DataFrame:
        frame = self._store.frame(load_sql("jobs/rollup_touched"), {"after": after})
        return frame.select(pl.col(name).cast(dtype) for name, dtype in SEEN.items())

    def _recompute(self, buckets: list[int]) -> None:
        parameters = {"buckets": buckets, "from_s": buckets[0], "to_s": buckets[-1] + 300}
        version = time.time_ns() // 1000
        spans = self._store.frame(load_sql("jobs/rollup_spans"), parameters)
        requests = self._store.frame(load_sql("jobs/rollup_requests"), parameters)
        existing = self._store.frame(load_sql("jobs/rollup_existing"), parameters)
        present = pl.concat([spans.select(KEY), requests.select(KEY)])
        # A key that has no span in the bucket any more (a late parent gave it another agent or
        # step) keeps its row, with zeros: the newest version of a row holds.
        gone = existing.join(present, on=KEY, how="anti")
        for frame in (spans, requests, gone):
            self._store.insert(
                "step_rollup_5m", frame.with_columns(pl.lit(version, pl.UInt64).alias("Version"))
            )


def _grown(touched: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Buckets whose versions have more rows than at the last look; merges only take rows away."""
    before = seen.rename({"Rows": "Before"})
    joined = touched.join(before, on=["Source", "Version", "Bucket"], how="left")
    return joined.filter(pl.col("Rows") > pl.col("Before").fill_null(0))


def _chunks(buckets: list[int]) -> list[list[int]]:
    """Sorted buckets in groups of CHUNK_S: one bounded statement each."""
    groups: dict[int, list[int]] = {}
    for bucket in buckets:
        groups.setdefault(bucket // CHUNK_S, []).append(bucket)
    return list(groups.values())
