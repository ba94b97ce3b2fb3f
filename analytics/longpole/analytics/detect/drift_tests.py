"""Which factor of a step's cost moved: one family of tests a scan, false discoveries controlled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import false_discovery_control

from longpole.analytics.detect.cost_split import Period, period, split_change
from longpole.analytics.detect.hour_tests import HourTest, compare_few_hours, compare_hours
from longpole.analytics.detect.step_hours import Grid, StepHours
from longpole.analytics.detect.thresholds import DriftThresholds


@dataclass(frozen=True)
class FactorTest:
    """One test of one factor; `q` is p after Benjamini-Hochberg over the scan."""

    factor: str
    model: str
    test: HourTest
    q: float = 1.0


@dataclass(frozen=True)
class Comparison:
    """A step, its recent hours against those before."""

    step: StepHours
    recent_hours: int
    recent: slice
    before: Period
    after: Period
    tests: tuple[FactorTest, ...]

    @property
    def change(self) -> float:
        """Change of the step's cost a request."""
        return self.after.cost_per_request - self.before.cost_per_request

    @property
    def relative(self) -> float:
        """The change as a share of what the step cost before."""
        return self.change / self.before.cost_per_request if self.before.cost_per_request else 0.0

    def split(self) -> dict[str, float]:
        """The change by factor."""
        return split_change(self.step, self.before, self.after)


def compare(
    step: StepHours, recent_hours: int, end: int, thresholds: DriftThresholds
) -> Comparison | None:
    """The `recent_hours` before hour index `end` against those before; None: still learning."""
    start = end - recent_hours
    oldest = max(0, start - thresholds.baseline_hours)
    if start <= 0:
        return None
    recent, past = slice(start, end), slice(oldest, start)
    active = int((step.calls[:, past].sum(axis=0) > 0).sum())
    before, after = period(step, past), period(step, recent)
    few = recent_hours < thresholds.recent_hours
    least = thresholds.short_min_calls if few else 1
    enough = active >= thresholds.min_baseline_hours and before.calls >= thresholds.min_calls
    if not enough or after.calls < least or not before.requests or not after.requests:
        return None
    tests = tuple(
        FactorTest(factor, model, _test(values, weights, recent, past, few))
        for factor, model, values, weights in _series(step, before, after, thresholds)
    )
    return Comparison(step, recent_hours, recent, before, after, tests)


def control_false_discoveries(scan: list[Comparison]) -> list[Comparison]:
    """Fill in `q`: Benjamini-Hochberg over every test of the scan."""
    values = [t.test.p for c in scan for t in c.tests]
    if not values:
        return scan
    adjusted = iter(false_discovery_control(np.clip(values, 0.0, 1.0)).tolist())
    return [replace(c, tests=tuple(replace(t, q=next(adjusted)) for t in c.tests)) for c in scan]


def factor_series(step: StepHours, factor: str, model: str) -> tuple[Grid, Grid]:
    """Hourly values of a factor (logarithms, shares for the mix) and their weights."""
    calls = step.calls.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if factor == "calls_per_request":
            return np.log(calls / step.requests), np.where(calls > 0, step.requests, 0.0)
        if factor == "input_tokens":
            return np.log(step.tokens_in.sum(axis=0) / calls), calls
        if factor == "output_tokens":
            return np.log(step.tokens_out.sum(axis=0) / calls), calls
        if factor == "price":
            return np.log(step.cost.sum(axis=0) / step.list_cost.sum(axis=0)), calls
        return step.calls[step.models.index(model)] / calls, calls


def _series(
    step: StepHours, before: Period, after: Period, thresholds: DriftThresholds
) -> Iterator[tuple[str, str, Grid, Grid]]:
    factors = ["calls_per_request", "input_tokens", "output_tokens"]
    if step.unit == "usd":
        factors.append("price")
    for factor in factors:
        yield factor, "", *factor_series(step, factor, "")
    if len(step.models) > 1:
        for model, old, new in zip(step.models, before.share, after.share, strict=True):
            if max(old, new) >= thresholds.min_model_share:
                yield "model_mix", model, *factor_series(step, "model_mix", model)


def _test(values: Grid, weights: Grid, recent: slice, past: slice, few: bool) -> HourTest:
    test = compare_few_hours if few else compare_hours
    return test(values[recent], weights[recent], values[past], weights[past])
