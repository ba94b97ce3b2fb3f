"""Looks for what would make requests faster or cheaper in the traces of the last hours."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict
from datetime import datetime

import polars as pl

from longpole.analytics.detect.frames import FINDING_SCHEMA, Detection
from longpole.analytics.finders import NAMES, FinderLimits, Window, calm_keys, find_all
from longpole.analytics.finders.find import Prices
from longpole.analytics.finders.said import read_said
from longpole.analytics.findings.lifecycle import (
    RESOLVED,
    STATE_SCHEMA,
    advance,
    fingerprint,
    utc,
)
from longpole.analytics.profile.new_variants import find_new_variants
from longpole.analytics.profile.variant_finding import DETECTOR
from longpole.analytics.profile.variant_limits import Split, VariantLimits
from longpole.core.settings import Settings
from longpole.core.store import Store, load_sql

HOUR_NS = 3_600_000_000_000
# Whoever reads content here holds it in memory: this many calls of at most so many bytes.
MAX_SAID = 4_000
MAX_SAID_BYTES = 200_000
SAID_TRACES = 500


class FindJob:
    """Runs the finders over a fair sample of the last `jobs.find_hours` hours.

    Variants of paths are counted in all traces of these hours, and of the days before them.
    What was said is read for the latest traces of the sample only. Incidents that a later pass no
    longer sees, though there were traces enough to see them, resolve.
    """

    name = "find"

    def __init__(
        self, store: Store, settings: Settings, prices: Prices, limits: FinderLimits | None = None
    ) -> None:
        self.every_s = settings.jobs.find_every_s
        self._store = store
        self._prices = prices
        self._hours = settings.jobs.find_hours
        self._spans = settings.jobs.find_spans
        self._limits = limits or FinderLimits()
        self._variants = VariantLimits()
        given = settings.privacy.hash_key
        self._key = given.encode() if given else secrets.token_bytes(32)

    def run(self) -> int:
        """Find, and keep incidents up to date. Always done after one pass: returns 0."""
        self.find(time.time_ns())
        return 0

    def find(self, now_ns: int) -> int:
        """One pass as of `now_ns`; returns the rows written to `findings`."""
        period = {"from_ns": now_ns - round(self._hours * HOUR_NS), "to_ns": now_ns}
        held = self._store.rows(load_sql("jobs/find_count"), period)[0]
        if not held["Spans"]:
            return 0
        share = min(1.0, self._spans / held["Spans"])
        spans = self._store.frame(load_sql("jobs/find_spans"), {**period, "share": share})
        if spans.is_empty():
            return 0
        first_ns = max(int(held["FirstNs"]), period["from_ns"])
        window = Window(now_ns // 1_000_000, max(now_ns - first_ns, HOUR_NS) / 1e9, share)
        said = said_in(self._store, spans, period, self._key)
        found = find_all(spans, said, self._prices, window, self._limits)
        variants = self._new_variants(period["from_ns"], now_ns)
        calm = pl.concat([calm_keys(spans, found, self._limits), variants.calm])
        return self._write(pl.concat([found, variants.findings]), calm, utc(now_ns))

    def _new_variants(self, from_ns: int, to_ns: int) -> Detection:
        """What became of the paths of each root operation since `from_ns`."""
        before_ns = round(self._variants.baseline_days * 24 * HOUR_NS)
        split = Split(from_ns - before_ns, from_ns, to_ns)
        asked = {**asdict(split), "rare": self._variants.rare}
        counts = self._store.frame(load_sql("jobs/find_variants"), asked)
        return find_new_variants(counts, split, self._variants)

    def _write(self, found: pl.DataFrame, calm: pl.DataFrame, now: datetime) -> int:
        current = self._current(now)
        candidates = found.select(pl.col(name).cast(kind) for name, kind in FINDING_SCHEMA.items())
        rows = advance(current, Detection(candidates, calm), now)
        self._store.insert("findings", _with_examples(rows, found))
        return rows.height

    def _current(self, now: datetime) -> pl.DataFrame:
        parameters = {"now_ms": int(now.timestamp() * 1000)}
        frame = self._store.frame(load_sql("jobs/findings_current"), parameters)
        typed = frame.select(pl.col(name).cast(dtype) for name, dtype in STATE_SCHEMA.items())
        return typed.filter(pl.col("Detector").is_in([*NAMES, DETECTOR]))


def said_in(store: Store, spans: pl.DataFrame, period: dict[str, int], key: bytes) -> pl.DataFrame:
    """What the calls of the latest traces in `spans` said; `period`: from_ns and to_ns of both."""
    latest = spans.group_by("TraceId").agg(pl.col("Start").max()).sort("Start").tail(SAID_TRACES)
    parameters = {
        **period, "ids": latest["TraceId"].to_list(), "limit": MAX_SAID, "bytes": MAX_SAID_BYTES,
    }  # fmt: skip
    return read_said(store.frame(load_sql("jobs/find_said"), parameters), key)


def _with_examples(rows: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Open incidents get the traces that show them; resolved ones keep what they have."""
    known = {fingerprint(row): row["ExampleTraces"] for row in found.iter_rows(named=True)}
    final = [
        row
        if row["State"] == RESOLVED
        else {**row, "ExampleTraces": known.get(row["Fingerprint"], row["ExampleTraces"])}
        for row in rows.iter_rows(named=True)
    ]
    return pl.DataFrame(final, schema=STATE_SCHEMA, orient="row")
