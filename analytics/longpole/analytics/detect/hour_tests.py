"""Hours against hours: calls of one hour are not independent, hours nearly are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Values = npt.NDArray[np.float64]
LEAST_HOURS = 2
# Rounding noise of values that are constant by nature, such as the logarithm of a price.
TINY = 1e-9


@dataclass(frozen=True)
class HourTest:
    """Welch's t and p, and Cliff's delta (share of pairs above minus share below)."""

    t: float
    p: float
    delta: float


UNTESTED = HourTest(0.0, 1.0, 0.0)


def compare_hours(
    recent: Values, recent_weights: Values, before: Values, before_weights: Values
) -> HourTest:
    """Weighted Welch test of hourly values; weights are calls. NaN hours are left out."""
    new, new_n = _usable(recent, recent_weights)
    old, old_n = _usable(before, before_weights)
    if len(new) < LEAST_HOURS or len(old) < LEAST_HOURS:
        return UNTESTED
    (new_mean, new_var, new_df), (old_mean, old_var, old_df) = _mean(new, new_n), _mean(old, old_n)
    variance = new_var + old_var + TINY**2
    t = (new_mean - old_mean) / np.sqrt(variance)
    df = variance**2 / (new_var**2 / new_df + old_var**2 / old_df + TINY**4)
    return HourTest(float(t), float(2 * stats.t.sf(abs(t), max(df, 1.0))), cliffs_delta(new, old))


def compare_few_hours(
    recent: Values, recent_weights: Values, before: Values, before_weights: Values
) -> HourTest:
    """As compare_hours for a handful of recent hours, whose own spread says nothing.

    The spread of a call is learned from the hours before, so a thin hour is an uncertain one.
    """
    new, new_n = _usable(recent, recent_weights)
    old, old_n = _usable(before, before_weights)
    if len(new) < LEAST_HOURS or len(old) < LEAST_HOURS:
        return UNTESTED
    old_mean = float(np.average(old, weights=old_n))
    change = float(np.average(new, weights=new_n)) - old_mean
    per_call = float(old_n @ (old - old_mean) ** 2) / (len(old) - 1)
    t = change / np.sqrt(per_call * (1 / new_n.sum() + 1 / old_n.sum()) + TINY**2)
    return HourTest(float(t), float(2 * stats.t.sf(abs(t), len(old) - 1)), cliffs_delta(new, old))


def cliffs_delta(new: Values, old: Values) -> float:
    """Effect size in [-1, 1]: 0.147 is small, 0.33 medium, 0.474 large (Romano et al. 2006)."""
    ordered = np.sort(old)
    below = np.searchsorted(ordered, new, side="left").sum()
    above = len(new) * len(old) - np.searchsorted(ordered, new, side="right").sum()
    return float((below - above) / (len(new) * len(old)))


def _usable(values: Values, weights: Values) -> tuple[Values, Values]:
    keep = np.isfinite(values) & (weights > 0)
    return values[keep], weights[keep]


def _mean(values: Values, weights: Values) -> tuple[float, float, float]:
    """Weighted mean, the variance of that mean, and its degrees of freedom (Kish)."""
    share = weights / weights.sum()
    mean = float(share @ values)
    effective = 1.0 / float(share @ share)
    if effective <= 1.0 + TINY:
        return mean, 0.0, 1.0
    spread = float(share @ (values - mean) ** 2) * effective / (effective - 1)
    return mean, spread / effective, effective - 1
