"""One pass of the finders: read the last window, judge it, keep incidents up to date."""

from __future__ import annotations

import time
from datetime import datetime

import polars as pl

from longpole.analytics.detect.frames import CALM_SCHEMA, FINDING_SCHEMA, Detection
from longpole.analytics.finders import CALL_SCHEMA, FINDERS, Frames, asked_hashes, find_all
from longpole.analytics.findings.lifecycle import (
    RESOLVED,
    STATE_SCHEMA,
    advance,
    fingerprint,
    utc,
)
from longpole.core.settings import Settings
from longpole.core.store import Store, load_sql

DAY_S = 86_400
NS_PER_S = 1_000_000_000


class FindJob:
    """Runs the finders over all projects and stores what follows in `findings`."""

    name = "find"

    def __init__(self, store: Store, settings: Settings) -> None:
        self.every_s = settings.finders.every_s
        self._store = store
        self._settings = settings.finders

    def run(self) -> int:
        """Judge as of now. Always done after one pass: returns 0."""
        self.judge(time.time_ns())
        return 0

    def judge(self, now_ns: int) -> int:
        """Judge the window that ends at `now_ns`; returns rows written to `findings`."""
        frames, now = self.frames(now_ns), utc(now_ns)
        found = find_all(frames, self._settings)
        current = self._current(now)
        detection = Detection(found.select(list(FINDING_SCHEMA)), _calm(current, found, frames))
        rows = _with_examples(advance(current, detection, now), found)
        self._store.insert("findings", rows)
        return rows.height

    def frames(self, now_ns: int) -> Frames:
        """Spans of the window; of too many, one trace in n, and `days` is less by as much."""
        window = {"from_ns": now_ns - self._settings.window_s * NS_PER_S, "to_ns": now_ns}
        count = int(self._store.rows(load_sql("jobs/find_count"), window)[0]["Spans"])
        sample = {**window, "one_in": max(1, -(-count // self._settings.max_spans))}
        calls = self._store.frame(load_sql("jobs/find_calls"), sample)
        limit = {**sample, "limit": self._settings.max_said}
        said = asked_hashes(self._store.frame(load_sql("jobs/find_said"), limit))
        joined = calls.with_columns(pl.col("TraceId", "SpanId").cast(pl.String)).join(
            said, on=["TraceId", "SpanId"], how="left"
        )
        known = joined.with_columns(pl.col("AskedHash").fill_null(""))
        typed = known.select(pl.col(name).cast(dtype) for name, dtype in CALL_SCHEMA.items())
        return Frames(typed, self._settings.window_s / DAY_S / sample["one_in"])

    def _current(self, now: datetime) -> pl.DataFrame:
        parameters = {"now_ms": int(now.timestamp() * 1000)}
        frame = self._store.frame(load_sql("jobs/findings_current"), parameters)
        typed = frame.select(pl.col(name).cast(dtype) for name, dtype in STATE_SCHEMA.items())
        return typed.filter(pl.col("Detector").is_in(list(FINDERS)))


def _calm(current: pl.DataFrame, found: pl.DataFrame, frames: Frames) -> pl.DataFrame:
    """Open incidents no longer found, of steps that still ran in the window."""
    step = ["Project", "Service", "Agent", "Step", "Operation", "Model"]
    still = frames.calls.select(step).unique()
    names = {fingerprint(row) for row in found.iter_rows(named=True)}
    open_ = current.filter(pl.col("State") != RESOLVED, ~pl.col("Fingerprint").is_in(list(names)))
    return open_.join(still, on=step, how="semi").select(list(CALM_SCHEMA))


def _with_examples(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    examples = {fingerprint(row): row["ExampleTraces"] for row in found.iter_rows(named=True)}
    final = [
        {**row, "ExampleTraces": examples.get(row["Fingerprint"], row["ExampleTraces"])}
        for row in rows.iter_rows(named=True)
    ]
    return pl.DataFrame(final, schema=STATE_SCHEMA, orient="row")
