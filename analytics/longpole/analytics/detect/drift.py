"""Token and cost drift: which step makes a request dearer than last week, why, since when."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from longpole.analytics.detect.drift_findings import findings_frame
from longpole.analytics.detect.drift_tests import (
    Comparison,
    FactorTest,
    compare,
    control_false_discoveries,
)
from longpole.analytics.detect.frames import CALM_SCHEMA, Detection, nothing, require
from longpole.analytics.detect.step_hours import HOURLY_SCHEMA, STEP, StepHours, step_hours
from longpole.analytics.detect.thresholds import DriftThresholds

DETECTOR = "cost_drift"


@dataclass(frozen=True)
class Drift:
    """A comparison that holds, and the test that speaks for it."""

    comparison: Comparison
    lead: FactorTest
    parts: dict[str, float]
    unit_cost_before: float
    confirmed: bool


def find_cost_drift(hourly: pl.DataFrame, now_ns: int, thresholds: DriftThresholds) -> Detection:
    """Compare the last 24 h of each step with the week before, factor by factor.

    Needs 24 hours and 200 calls of past; a younger store is learning and gives nothing. A change
    must hold in two scans an hour apart, unless it is massive (then 3 or 6 hours are enough).
    """
    require(hourly, HOURLY_SCHEMA, "the drift detector's input")
    now_s = now_ns // 1_000_000_000
    found, calm = [], []
    typed = hourly.select(pl.col(name).cast(dtype) for name, dtype in HOURLY_SCHEMA.items())
    for (_,), rows in typed.group_by("Project", maintain_order=True):
        drifts, quiet = _scan_project(rows, now_s, thresholds)
        found += drifts
        calm += quiet
    if not found and not calm:
        return nothing()
    return Detection(findings_frame(found, now_s), pl.DataFrame(calm, schema=CALM_SCHEMA))


def _scan_project(
    rows: pl.DataFrame, now_s: int, thresholds: DriftThresholds
) -> tuple[list[Drift], list[dict[str, str]]]:
    span = thresholds.recent_hours + thresholds.baseline_hours + 1
    steps = list(step_hours(rows, now_s, span))
    scan = _scan(steps, span, thresholds)
    earlier = _scan(steps, span - 1, thresholds)
    unit_cost = _unit_cost(steps, span, thresholds)
    held = {_name(d) for d in _drifts(earlier, unit_cost, thresholds, short=False)}
    fast = _drifts(scan, unit_cost, thresholds, short=True)
    slow = _drifts(scan, unit_cost, thresholds, short=False)
    slow = [replace(d, confirmed=_name(d) in held) for d in slow]
    best: dict[tuple[str, ...], Drift] = {}
    for drift in sorted((*slow, *fast), key=lambda d: not d.confirmed):
        best.setdefault(_name(drift), drift)
    return list(best.values()), _calm(scan, best, unit_cost, thresholds)


def _scan(steps: list[StepHours], end: int, thresholds: DriftThresholds) -> list[Comparison]:
    windows = (thresholds.recent_hours, *thresholds.short_windows_h)
    scan = [compare(step, hours, end, thresholds) for step in steps for hours in windows]
    return control_false_discoveries([c for c in scan if c is not None])


def _unit_cost(
    steps: list[StepHours], end: int, thresholds: DriftThresholds
) -> dict[tuple[str, str], float]:
    """What a request of a service costs over all its steps, before the recent hours, by unit."""
    past = slice(0, end - thresholds.recent_hours)
    total: dict[tuple[str, str], float] = {}
    for step in steps:
        requests = step.requests[past].sum() or step.requests.sum()
        cost = step.cost[:, past].sum() if step.requests[past].any() else step.cost.sum()
        if requests:
            name = (step.key["Service"], step.unit)
            total[name] = total.get(name, 0.0) + float(cost / requests)
    return total


def _name(drift: Drift) -> tuple[str, ...]:
    return tuple(drift.comparison.step.key[name] for name in STEP)


def _drifts(
    scan: list[Comparison], unit_cost: dict[tuple[str, str], float],
    thresholds: DriftThresholds, short: bool,
) -> list[Drift]:  # fmt: skip
    found = []
    for c in scan:
        if (c.recent_hours < thresholds.recent_hours) is not short:
            continue
        whole = unit_cost.get((c.step.key["Service"], c.step.unit), 0.0)
        least = thresholds.share_of_unit_cost * whole
        if abs(c.change) < least or (short and abs(c.relative) < thresholds.short_relative_change):
            continue
        parts = c.split()
        lead = _lead(c, parts, least, thresholds, short)
        if lead is not None:
            found.append(Drift(c, lead, parts, whole, confirmed=True))
    return found


def _lead(
    c: Comparison, parts: dict[str, float], least: float, thresholds: DriftThresholds, short: bool
) -> FactorTest | None:
    """The significant factor with the largest part in the direction of the whole change."""
    delta, rate = (
        (thresholds.short_cliffs_delta, thresholds.short_false_discovery_rate)
        if short
        else (thresholds.cliffs_delta, thresholds.false_discovery_rate)
    )
    sign = np.sign(c.change)
    proved = [
        t
        for t in c.tests
        if t.q <= rate and abs(t.test.delta) >= delta and parts[t.factor] * sign >= least
    ]
    return max(proved, key=lambda t: (parts[t.factor] * sign, abs(t.test.t)), default=None)


def _calm(
    scan: list[Comparison], best: dict[tuple[str, ...], Drift],
    unit_cost: dict[tuple[str, str], float], thresholds: DriftThresholds,
) -> list[dict[str, str]]:  # fmt: skip
    """Steps whose last day costs what it did: less than half the change that would count."""
    rows = []
    for c in scan:
        whole = unit_cost.get((c.step.key["Service"], c.step.unit), 0.0)
        small = abs(c.change) < thresholds.share_of_unit_cost * whole / 2
        name = tuple(c.step.key[part] for part in STEP)
        if c.recent_hours == thresholds.recent_hours and small and name not in best:
            row = {**c.step.key, "Operation": "", "Model": "", "Detector": DETECTOR}
            rows += [{**row, "Direction": way} for way in ("up", "down")]
    return rows
