"""Tells causes from symptoms: a slow step also slows every step, agent and request above it."""

from __future__ import annotations

from longpole.analytics.detect.latency_events import Event
from longpole.analytics.detect.thresholds import LatencyThresholds


def name_the_cause(events: list[Event], thresholds: LatencyThresholds) -> list[Event]:
    """Drop events whose added time is that of others.

    An event is a symptom when most of its added time lies in child spans and the events that are
    slow by themselves, in the same project and at the same time, add enough time to explain it.
    """
    causes = [e for e in events if _own_share(e) >= thresholds.own_share]
    return [e for e in events if e in causes or not _explained(e, causes, thresholds)]


def _own_share(event: Event) -> float:
    if event.kind == "request" or event.excess_ns <= 0:
        return 0.0 if event.kind == "request" else 1.0
    return event.own_excess_ns / event.excess_ns


def _explained(symptom: Event, causes: list[Event], thresholds: LatencyThresholds) -> bool:
    added = sum(
        cause.own_excess_ns * cause.after.calls
        for cause in causes
        if cause.key["Project"] == symptom.key["Project"] and _overlap(cause, symptom)
    )
    return added >= thresholds.explained_share * symptom.excess_ns * symptom.after.calls


def _overlap(a: Event, b: Event) -> bool:
    return a.onset_s < b.last_end_s and b.onset_s < a.last_end_s
