"""Words and rows for latency events."""

from __future__ import annotations

from typing import Any

import polars as pl

from longpole.analytics.detect.frames import FINDING_SCHEMA
from longpole.analytics.detect.latency_events import Event
from longpole.analytics.detect.thresholds import DAY_S, MS, LatencyThresholds
from longpole.analytics.detect.wording import (
    clock,
    duration,
    key_name,
    percent,
    significant,
)

RANK = LatencyThresholds().rank
METRICS = {"duration": "", "ttft": " time to first token", "tpot": " time per output token"}
LOOKS = {
    "llm": "Compare time to first token (queue, prompt size) and time per output token (decode) "
    "by provider and region; check the provider's status, rate limits and retries.",
    "tool": "Open a slow example and look at what the tool waited for; check its backend, its "
    "timeouts and retries, and what was released at that time.",
    "request": "Open a slow example and follow its critical path; compare it with a normal one.",
    "": "Open a slow example beside a normal one: the added time is in the step itself, not in "
    "its children; look for what was released at that time.",
}


def findings_frame(events: list[Event], now_s: int) -> pl.DataFrame:
    """One finding an event."""
    rows = [_row(event, now_s) for event in events]
    return pl.DataFrame(rows, schema=FINDING_SCHEMA, orient="row")


def _row(event: Event, now_s: int) -> dict[str, Any]:
    name = key_name(event.key, event.kind)
    return {
        **event.key,
        "Detector": "latency",
        "Area": "deployment" if event.kind in ("llm", "embedding") else "tuning",
        "Severity": "critical" if event.relative >= 1 else "warning",
        "Metric": f"{event.quantile}_{event.metric}",
        "Unit": "ns",
        "Direction": "up",
        "Title": f"{_first_upper(name)} is slower: {event.quantile}{METRICS[event.metric]} "
        f"{duration(event.value)}, usually {duration(event.expected)}",
        "Reason": _reason(event, name, now_s),
        "Onset": event.onset_s * 1000,
        "LastSeenAt": min(event.last_end_s, now_s) * 1000,
        "Observed": event.value,
        "Expected": event.expected,
        "ExpectedLow": event.low,
        "ExpectedHigh": event.high,
        "Score": event.score,
        "RelativeChange": event.relative,
        "SizeMs": event.excess_ns / MS,
        "SizeUsdPerDay": None,
        "Samples": event.after.calls,
        "BaselineSamples": event.before.calls,
        "BaselineFrom": event.baseline_from_s * 1000,
        "BaselineTo": event.baseline_to_s * 1000,
        "AffectedTraces": 0,
        "Attribution": _attribution(event),
        "SuggestedLook": LOOKS.get(event.kind, LOOKS[""]),
        "Confirmed": event.confirmed,
    }


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reason(event: Event, name: str, now_s: int) -> str:
    hour = " at this hour" if event.seasonal else ""
    days = max(1, round((event.baseline_to_s - event.baseline_from_s) / DAY_S))
    return (
        f"{event.quantile}{METRICS[event.metric]} of {name} is {duration(event.value)}, usually "
        f"{_band(event.low, event.high)}{hour} (score {significant(event.score)}, "
        f"{event.after.calls:,} calls since {clock(event.onset_s, now_s)}); that is "
        f"{percent(event.relative)}, {_rank(event)} of its last {days} days "
        f"({event.before.calls:,} calls).{_answers(event)}"
    )


def _rank(event: Event) -> str:
    if event.past_windows < 1 / RANK:
        return f"more than in each of the {event.past_windows:,} windows"
    return f"among the highest {RANK:.1%} of the {event.past_windows:,} windows".replace("%", " %")


def _band(low: float, high: float) -> str:
    """`0.8-1.1 s`: one unit when both ends have it."""
    first, last = duration(low).rsplit(" ", 1), duration(high).rsplit(" ", 1)
    if first[1] == last[1]:
        return f"{first[0]}-{last[0]} {last[1]}" if first != last else " ".join(last)
    return f"{' '.join(first)}-{' '.join(last)}"


def _answers(event: Event) -> str:
    before, after = event.before.output_tokens, event.after.output_tokens
    if event.kind != "llm" or not before or abs(after / before - 1) < 0.1:
        return ""
    return (
        f" Answers went from {significant(before, 3)} to {significant(after, 3)} tokens at the "
        "same time, which explains a part."
    )


def _attribution(event: Event) -> dict[str, float]:
    """Mean added milliseconds a call: the key's own and what its children added."""
    own = event.own_excess_ns if event.kind != "request" else 0.0
    return {"own_ms": own / MS, "children_ms": (event.excess_ns - own) / MS}
