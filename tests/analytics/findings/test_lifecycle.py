"""The state machine of incidents, pass by pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longpole.analytics.detect.frames import CALM_SCHEMA, FINDING_SCHEMA, Detection
from longpole.analytics.findings import advance, fingerprint
from longpole.analytics.findings.lifecycle import STATE_SCHEMA

T0 = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY = {
    "Project": "default", "Detector": "latency", "Service": "api", "Agent": "a", "Step": "search",
    "Operation": "execute_tool", "Model": "", "Direction": "up",
}  # fmt: skip


def candidate(seen: datetime, confirmed: bool = True, **changes: object) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(FINDING_SCHEMA)
    row |= KEY | {"Onset": T0 - 30 * MINUTE, "LastSeenAt": seen, "Confirmed": confirmed}
    row |= {"Score": 9.0, "Severity": "warning", "Attribution": {"own_ms": 1.0}}
    return row | changes


class Life:
    """Plays passes against a table that keeps the newest version of a row, as the store does."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}

    def step(self, at: datetime, *candidates: dict[str, Any], calm: bool = False) -> pl.DataFrame:
        calm_rows = [{name: KEY[name] for name in CALM_SCHEMA}] if calm else []
        detection = Detection(
            pl.DataFrame(list(candidates), schema=FINDING_SCHEMA, orient="row"),
            pl.DataFrame(calm_rows, schema=CALM_SCHEMA),
        )
        current = pl.DataFrame(list(self.rows.values()), schema=STATE_SCHEMA, orient="row")
        written = advance(current, detection, at)
        for row in written.to_dicts():
            self.rows[(row["Fingerprint"], row["IncidentId"])] = row
        return written

    @property
    def states(self) -> list[str]:
        return [row["State"] for row in self.rows.values()]


@pytest.fixture
def life() -> Life:
    return Life()


def test_suspicion_then_firing_then_resolved(life: Life) -> None:
    life.step(T0, candidate(T0, confirmed=False))
    assert life.states == ["pending"]
    life.step(T0 + 5 * MINUTE, candidate(T0 + 5 * MINUTE))
    assert life.states == ["firing"]
    life.step(T0 + 30 * MINUTE, calm=True)
    assert life.states == ["resolved"]
    (row,) = life.rows.values()
    assert row["DetectedAt"] == T0
    assert row["ResolvedAt"] == T0 + 30 * MINUTE


def test_an_unconfirmed_pass_does_not_take_firing_back(life: Life) -> None:
    life.step(T0, candidate(T0))
    life.step(T0 + 5 * MINUTE, candidate(T0 + 5 * MINUTE, confirmed=False))
    assert life.states == ["firing"]


def test_missing_data_never_resolves(life: Life) -> None:
    life.step(T0, candidate(T0))
    for hours in range(1, 72):
        assert life.step(T0 + timedelta(hours=hours)).is_empty()
    assert life.states == ["firing"]


def test_a_suspicion_without_news_is_forgotten(life: Life) -> None:
    life.step(T0, candidate(T0, confirmed=False))
    life.step(T0 + timedelta(hours=5))
    assert life.states == ["pending"]
    life.step(T0 + timedelta(hours=7))
    assert life.states == ["resolved"]


def test_the_same_evidence_is_written_once(life: Life) -> None:
    assert life.step(T0, candidate(T0)).height == 1
    assert life.step(T0 + timedelta(seconds=15), candidate(T0)).is_empty()
    assert life.step(T0 + 2 * MINUTE, candidate(T0 + 2 * MINUTE, Score=12.0)).height == 1
    (row,) = life.rows.values()
    assert row["Score"] == 12
    assert row["Onset"] == T0 - 30 * MINUTE


def test_onset_stays_as_first_dated(life: Life) -> None:
    life.step(T0, candidate(T0))
    life.step(T0 + 5 * MINUTE, candidate(T0 + 5 * MINUTE, Onset=T0))
    assert next(iter(life.rows.values()))["Onset"] == T0 - 30 * MINUTE


def test_back_within_the_hour_is_the_same_incident(life: Life) -> None:
    life.step(T0, candidate(T0))
    life.step(T0 + 20 * MINUTE, calm=True)
    life.step(T0 + 60 * MINUTE, candidate(T0 + 60 * MINUTE))
    assert life.states == ["firing"]
    assert next(iter(life.rows.values()))["ResolvedAt"] is None


def test_back_after_the_hour_is_a_new_incident(life: Life) -> None:
    life.step(T0, candidate(T0))
    life.step(T0 + 20 * MINUTE, calm=True)
    later = T0 + 120 * MINUTE
    life.step(later, candidate(later, Onset=later - 10 * MINUTE))
    assert sorted(life.states) == ["firing", "resolved"]
    assert len({row["Fingerprint"] for row in life.rows.values()}) == 1
    # Only the open one goes on.
    life.step(later + 30 * MINUTE, calm=True)
    assert life.states == ["resolved", "resolved"]


def test_a_stretch_that_is_over_is_told_once_and_stays_resolved(life: Life) -> None:
    old = T0 - 60 * MINUTE
    life.step(T0, candidate(old), calm=True)
    assert life.states == ["firing"]
    life.step(T0 + MINUTE, candidate(old), calm=True)
    assert life.states == ["resolved"]
    assert life.step(T0 + 2 * MINUTE, candidate(old), calm=True).is_empty()


def test_projects_detectors_keys_and_directions_are_apart() -> None:
    base = candidate(T0)
    others = [base | {name: "x"} for name in KEY]
    assert len({fingerprint(row) for row in (base, *others)}) == len(KEY) + 1


def test_resolving_keeps_the_evidence(life: Life) -> None:
    life.step(T0, candidate(T0, Reason="slow", Observed=5.0))
    life.step(T0 + 20 * MINUTE, calm=True)
    (row,) = life.rows.values()
    assert (row["Reason"], row["Observed"], row["Attribution"]) == ("slow", 5.0, {"own_ms": 1.0})


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["seen", "suspected", "calm", "nothing"]), max_size=25))
def test_at_most_one_incident_is_open_and_versions_grow(passes: list[str]) -> None:
    life, version = Life(), 0
    for number, what in enumerate(passes):
        at = T0 + number * 25 * MINUTE
        seen = [candidate(at, confirmed=what == "seen", Onset=at)] if what[0] == "s" else []
        written = life.step(at, *seen, calm=what == "calm")
        assert written.height <= 1
        if written.height:
            assert written["Version"][0] > version
            version = written["Version"][0]
        assert sum(state != "resolved" for state in life.states) <= 1
        if what == "calm":
            assert "firing" not in life.states
        if what == "seen":
            assert "firing" in life.states
