"""One pass of the detectors: read rollups, judge, keep incidents up to date, tell people."""

from __future__ import annotations

import time
from datetime import datetime

import polars as pl

from longpole.analytics.alerts.webhook import Webhooks
from longpole.analytics.detect.drift import find_cost_drift
from longpole.analytics.detect.frames import KEY, Detection
from longpole.analytics.detect.latency import find_latency_anomalies
from longpole.analytics.detect.thresholds import HOUR_S, DriftThresholds, LatencyThresholds
from longpole.analytics.findings.lifecycle import RESOLVED, STATE_SCHEMA, advance, utc
from longpole.analytics.jobs.evidence import Evidence
from longpole.analytics.jobs.job import Stopping, never
from longpole.core.settings import Settings
from longpole.core.store import Store, load_sql

# A pass that took long is followed by a pause this many times as long, so that judging a large
# store never takes more than a tenth of a core.
REST = 9.0


class DetectJob:
    """Runs the latency and the cost drift detector over all projects.

    The detectors are skipped while the rollup has not changed (time alone makes nothing slower);
    notifications that are due are sent in every pass.
    """

    name = "detect"

    def __init__(
        self, store: Store, settings: Settings, latency: LatencyThresholds | None = None,
        drift: DriftThresholds | None = None, stopping: Stopping = never,
    ) -> None:  # fmt: skip
        self.every_s = settings.jobs.detect_every_s
        self._store = store
        self._latency = latency or LatencyThresholds()
        self._drift = drift or DriftThresholds()
        self._evidence = Evidence(store)
        self._webhooks = Webhooks(store, settings.alerts, public_url(settings), stopping)
        self._judged_version = 0
        self._rest_until = 0.0

    def run(self) -> int:
        """Judge if there is something new, then notify. Always done after one pass: returns 0."""
        now_ns = time.time_ns()
        version = int(self._store.rows(load_sql("jobs/detect_rollup_version"))[0]["Version"])
        started = time.monotonic()
        if version > self._judged_version and started >= self._rest_until:
            self.judge(now_ns)
            self._judged_version = version
            finished = time.monotonic()
            self._rest_until = finished + REST * (finished - started)
        self._webhooks.notify(utc(now_ns))
        return 0

    def judge(self, now_ns: int) -> int:
        """Run both detectors as of `now_ns` and store what follows; returns rows written."""
        now = utc(now_ns)
        current = self._current(now)
        detection = _joined(
            find_latency_anomalies(
                self._latency_rows(now_ns), now_ns, self._latency, _open_since(current)
            ),
            find_cost_drift(self._hourly_rows(now_ns), now_ns, self._drift),
        )
        rows = self._evidence.attach(advance(current, detection, now))
        self._store.insert("findings", rows)
        return rows.height

    def _current(self, now: datetime) -> pl.DataFrame:
        parameters = {"now_ms": int(now.timestamp() * 1000)}
        frame = self._store.frame(load_sql("jobs/findings_current"), parameters)
        return frame.select(pl.col(name).cast(dtype) for name, dtype in STATE_SCHEMA.items())

    def _latency_rows(self, now_ns: int) -> pl.DataFrame:
        span = self._latency.history_s + self._latency.scan_s
        return self._store.frame(load_sql("jobs/detect_latency"), _period(now_ns, span))

    def _hourly_rows(self, now_ns: int) -> pl.DataFrame:
        span = (self._drift.baseline_hours + self._drift.recent_hours + 2) * HOUR_S
        return self._store.frame(load_sql("jobs/detect_hourly"), _period(now_ns, span))


def public_url(settings: Settings) -> str:
    """The address people use for the UI, for links in messages."""
    return settings.ui.public_url or f"http://{settings.ui.host}:{settings.ui.port}"


def _period(now_ns: int, span_s: int) -> dict[str, int]:
    now_s = now_ns // 1_000_000_000
    return {"from_s": max(0, now_s - span_s), "now_s": now_s}


def _joined(*parts: Detection) -> Detection:
    return Detection(
        pl.concat([part.findings for part in parts]), pl.concat([part.calm for part in parts])
    )


def _open_since(current: pl.DataFrame) -> pl.DataFrame:
    """When the open latency incidents of each key began, in seconds since 1970."""
    return (
        current.filter(pl.col("Detector") == "latency", pl.col("State") != RESOLVED)
        .group_by(KEY)
        .agg((pl.col("Onset").min().dt.epoch("s")).alias("SinceS"))
    )
