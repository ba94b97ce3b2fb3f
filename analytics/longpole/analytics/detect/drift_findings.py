"""Words and rows for cost drifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from longpole.analytics.detect.drift_tests import Comparison, factor_series
from longpole.analytics.detect.frames import FINDING_SCHEMA
from longpole.analytics.detect.onset import change_points
from longpole.analytics.detect.step_hours import Grid
from longpole.analytics.detect.thresholds import HOUR_S
from longpole.analytics.detect.wording import clock, percent, significant, usd

if TYPE_CHECKING:
    from longpole.analytics.detect.drift import Drift

AREAS = {
    "price": "tuning", "model_mix": "architecture", "input_tokens": "communication",
    "output_tokens": "tuning", "calls_per_request": "architecture",
}  # fmt: skip
LOOKS = {
    "price": "Look at the price rows of the models, and at the share of cached input tokens: fewer "
    "cache hits raise the effective price.",
    "model_mix": "Look at what chooses the model (routing, fallbacks after errors, a new default).",
    "input_tokens": "Compare the prompt of a dear example with that of a normal one: history, "
    "retrieved text or tool schemas that grew, a prompt release.",
    "output_tokens": "Compare answers of a dear and a normal example: output format, reasoning "
    "effort, a missing length limit.",
    "calls_per_request": "Look for loops and retries in a dear example: the same call repeated "
    "with the same arguments, failed parses, a step limit that was raised.",
}
FACTOR_NAMES = {
    "price": "the price of a token", "model_mix": "the mix of models",
    "input_tokens": "input tokens a call", "output_tokens": "output tokens a call",
    "calls_per_request": "calls a request",
}  # fmt: skip
LOOK_BACK_HOURS = 48


def findings_frame(drifts: list[Drift], now_s: int) -> pl.DataFrame:
    """One finding a step."""
    return pl.DataFrame([_row(d, now_s) for d in drifts], schema=FINDING_SCHEMA, orient="row")


def _row(drift: Drift, now_s: int) -> dict[str, Any]:
    c, step = drift.comparison, drift.comparison.step
    up = c.change > 0
    onset = onset_hour(drift)
    low, high = _band(c)
    per_day = 24 * c.after.requests / c.recent_hours
    return {
        **step.key,
        "Operation": "",
        "Model": "",
        "Detector": "cost_drift",
        "Area": AREAS[drift.lead.factor],
        "Severity": _severity(drift),
        "Metric": "cost_usd_per_request" if step.unit == "usd" else "tokens_per_request",
        "Unit": step.unit,
        "Direction": "up" if up else "down",
        "Title": _title(c),
        "Reason": _reason(drift, low, high, _since(step.first_hour_s, onset), now_s),
        "Onset": _since(step.first_hour_s, onset) * 1000,
        "LastSeenAt": now_s * 1000,
        "Observed": c.after.cost_per_request,
        "Expected": c.before.cost_per_request,
        "ExpectedLow": low,
        "ExpectedHigh": high,
        "Score": abs(drift.lead.test.t),
        "RelativeChange": c.relative,
        "SizeMs": None,
        "SizeUsdPerDay": c.change * per_day if step.unit == "usd" else None,
        "Samples": int(step.calls[:, onset : c.recent.stop].sum()),
        "BaselineSamples": int(c.before.calls),
        "BaselineFrom": _baseline_from(c) * 1000,
        "BaselineTo": _since(step.first_hour_s, c.recent.start) * 1000,
        "AffectedTraces": int(step.requests[onset : c.recent.stop].sum()),
        "Attribution": drift.parts,
        "SuggestedLook": LOOKS[drift.lead.factor],
        "Confirmed": drift.confirmed,
    }


def onset_hour(drift: Drift) -> int:
    """Hour index at which the leading factor moved most, in the direction it was found to move."""
    c, lead = drift.comparison, drift.lead
    values, weights = factor_series(c.step, lead.factor, lead.model)
    usable = np.flatnonzero(np.isfinite(values) & (weights > 0))
    usable = usable[usable < c.recent.stop]
    series = values[usable]
    points = [0, *change_points(series), len(series)]
    earliest = c.recent.stop - LOOK_BACK_HOURS
    jumps = {
        int(usable[b]): float(np.mean(series[b:e]) - np.mean(series[a:b])) * np.sign(lead.test.t)
        for a, b, e in zip(points, points[1:], points[2:], strict=False)
        if usable[b] >= earliest
    }
    best = max(jumps, key=lambda hour: jumps[hour], default=c.recent.start)
    return best if jumps.get(best, 0.0) > 0 else c.recent.start


def _since(first_hour_s: int, hour: int) -> int:
    return first_hour_s + hour * HOUR_S


def _baseline_from(c: Comparison) -> int:
    active = np.flatnonzero(c.step.calls.sum(axis=0))
    return _since(c.step.first_hour_s, int(active[0]))


def _severity(drift: Drift) -> str:
    c = drift.comparison
    if c.change < 0:
        return "info"
    return "critical" if c.change >= 0.25 * drift.unit_cost_before else "warning"


def _band(c: Comparison) -> tuple[float, float]:
    """5 and 95 % of the hourly cost a request before the recent hours."""
    past = slice(0, c.recent.start)
    requests = c.step.requests[past]
    used = (requests > 0) & (c.step.calls[:, past].sum(axis=0) > 0)
    hourly = c.step.cost[:, past].sum(axis=0)[used] / requests[used]
    low, high = np.quantile(hourly, [0.05, 0.95])
    return float(low), float(high)


def _amount(c: Comparison, value: float) -> str:
    return usd(value) if c.step.unit == "usd" else f"{significant(value, 3)} tokens"


def _step_name(c: Comparison) -> str:
    key = c.step.key
    return f"step {key['Step']}" if key["Step"] else f"agent {key['Agent'] or key['Service']}"


def _title_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title(c: Comparison) -> str:
    verb = "costs more" if c.change > 0 else "costs less"
    if c.step.unit == "tokens":
        verb = "uses more tokens" if c.change > 0 else "uses fewer tokens"
    name = _step_name(c)
    return (
        f"{_title_case(name)} {verb}: {_amount(c, c.after.cost_per_request)} a request, "
        f"usually {_amount(c, c.before.cost_per_request)}"
    )


def _reason(drift: Drift, low: float, high: float, onset_s: int, now_s: int) -> str:
    c = drift.comparison
    share = drift.parts[drift.lead.factor] / c.change
    unpriced = " No price is known for its models." if c.step.unit == "tokens" else ""
    return (
        f"{_title_case(_step_name(c))} takes {_amount(c, c.after.cost_per_request)} a request, "
        f"usually {_amount(c, low)}-{_amount(c, high)} ({percent(c.relative)}, score "
        f"{significant(abs(drift.lead.test.t))}, {int(c.after.calls):,} calls in the last "
        f"{c.recent_hours} hours against {int(c.before.calls):,} before), since "
        f"{clock(onset_s, now_s)}. {_factor(drift)}, which explains {share:.0%} of the change."
        f"{unpriced}"
    ).replace("% of the change", " % of the change")


def _factor(drift: Drift) -> str:
    """`Output tokens a call went from 86 to 146`."""
    c, lead = drift.comparison, drift.lead
    if lead.factor == "model_mix":
        row = c.step.models.index(lead.model)
        shares = f"from {c.before.share[row]:.0%} to {c.after.share[row]:.0%}"
        name = f"calls to {lead.model}" if lead.model else "calls to an unnamed model"
        return f"The share of {name} went {shares}".replace("%", " %")
    if lead.factor == "price":
        values, weights = factor_series(c.step, "price", "")
        change = _mean(values, weights, c.recent) - _mean(values, weights, slice(c.recent.start))
        return f"The price of a token changed by {percent(float(np.exp(change)) - 1)}"
    old, new = {
        "input_tokens": (c.before.mean_in, c.after.mean_in),
        "output_tokens": (c.before.mean_out, c.after.mean_out),
        "calls_per_request": (c.before.calls_per_request, c.after.calls_per_request),
    }[lead.factor]
    name = FACTOR_NAMES[lead.factor]
    return f"{_title_case(name)} went from {significant(old, 3)} to {significant(new, 3)}"


def _mean(values: Grid, weights: Grid, hours: slice) -> float:
    keep = np.isfinite(values[hours]) & (weights[hours] > 0)
    return float(np.average(values[hours][keep], weights=weights[hours][keep]))
