"""The life of an incident: pending -> firing -> resolved, from what detectors say pass by pass."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from longpole.analytics.detect.frames import FINDING_SCHEMA, KEY, TIME, Detection

PENDING, FIRING, RESOLVED = "pending", "firing", "resolved"
STATE_SCHEMA: dict[str, pl.DataType] = {
    **{name: dtype for name, dtype in FINDING_SCHEMA.items() if name != "Confirmed"},
    **{name: pl.String() for name in ("Fingerprint", "IncidentId", "State")},
    "DetectedAt": TIME,
    "ResolvedAt": TIME,
    "ExampleTraces": pl.List(pl.String()),
    "NormalTraces": pl.List(pl.String()),
    "Version": pl.UInt64(),
}
"""The columns of the table `findings`."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Policy:
    """Timers of the life cycle."""

    reopen_within: timedelta = timedelta(minutes=60)
    # An open incident is written again when it was seen this much later than the store knows.
    refresh_after: timedelta = timedelta(seconds=60)
    # A suspicion that no later window confirms is dropped; it never fired, so nobody was told.
    forget_pending_after: timedelta = timedelta(hours=6)


def fingerprint(row: Mapping[str, Any]) -> str:
    """Names project, detector, key and direction in 16 hexadecimal digits."""
    parts = [str(row[name]) for name in (*KEY, "Detector", "Direction")]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def advance(
    current: pl.DataFrame, detection: Detection, now: datetime, policy: Policy | None = None
) -> pl.DataFrame:
    """The rows to append to `findings`: incidents that are new or changed state or evidence.

    `current` holds the newest row of every open incident and of those resolved in the last days.
    Only a key that was judged and is calm resolves; a key without data stays as it is. Evidence
    that is not newer than the resolution of its incident is old news.
    """
    rules = policy or Policy()
    known = _latest(current)
    candidates = {fingerprint(row): row for row in detection.findings.iter_rows(named=True)}
    calm = {fingerprint(row) for row in detection.calm.iter_rows(named=True)}
    rows = [_seen(known.get(name), row, now, rules) for name, row in candidates.items()]
    changed = {row["Fingerprint"]: row for row in rows if row is not None}
    for name, incident in known.items():
        if incident["State"] == RESOLVED:
            continue
        forgotten = (
            incident["State"] == PENDING
            and now - incident["LastSeenAt"] > rules.forget_pending_after
        )
        if name in calm or forgotten:
            changed[name] = {**incident, "State": RESOLVED, "ResolvedAt": now}
    version = int(now.timestamp() * 1e6)
    final = [{**row, "Version": version} for row in changed.values()]
    return pl.DataFrame(final, schema=STATE_SCHEMA, orient="row")


def _latest(current: pl.DataFrame) -> dict[str, Row]:
    """The incident to go on with for each fingerprint: the open one, else the last resolved."""
    rows = sorted(
        current.iter_rows(named=True), key=lambda r: (r["State"] != RESOLVED, r["DetectedAt"])
    )
    return {row["Fingerprint"]: row for row in rows}


def _seen(incident: Row | None, candidate: Row, now: datetime, policy: Policy) -> Row | None:
    """The row that follows from a candidate, or None when nothing changed."""
    if incident is None:
        return _opened(candidate, now)
    if incident["State"] != RESOLVED:
        return _updated(incident, candidate, policy)
    if candidate["LastSeenAt"] <= incident["ResolvedAt"]:
        return None
    if candidate["LastSeenAt"] - incident["ResolvedAt"] <= policy.reopen_within:
        return {**_updated_row(incident, candidate), "State": _state(candidate), "ResolvedAt": None}
    return _opened(candidate, now)


def _opened(candidate: Row, now: datetime) -> Row:
    name = fingerprint(candidate)
    seed = f"{name}\x1f{candidate['Onset'].timestamp():.3f}"
    return {
        **_without_flag(candidate),
        "Fingerprint": name,
        "IncidentId": hashlib.sha256(seed.encode()).hexdigest()[:20],
        "State": _state(candidate),
        "DetectedAt": now,
        "ResolvedAt": None,
        "ExampleTraces": [],
        "NormalTraces": [],
    }


def _updated(incident: Row, candidate: Row, policy: Policy) -> Row | None:
    state = FIRING if candidate["Confirmed"] else incident["State"]
    later = candidate["LastSeenAt"] - incident["LastSeenAt"] >= policy.refresh_after
    if state == incident["State"] and not later:
        return None
    return {**_updated_row(incident, candidate), "State": state}


def _updated_row(incident: Row, candidate: Row) -> Row:
    """New evidence on an old incident; when it began stays as first dated once it fired."""
    kept = {"Onset": incident["Onset"]} if incident["State"] != PENDING else {}
    return {**incident, **_without_flag(candidate), **kept}


def _without_flag(candidate: Row) -> Row:
    return {name: value for name, value in candidate.items() if name != "Confirmed"}


def _state(candidate: Row) -> str:
    return FIRING if candidate["Confirmed"] else PENDING


def utc(ns: int) -> datetime:
    """Nanoseconds since 1970 as a time of day, to the millisecond the store keeps."""
    return datetime.fromtimestamp(ns // 1_000_000 / 1000, UTC)
