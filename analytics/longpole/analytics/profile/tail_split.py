"""The arithmetic of tail attribution, for many draws at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FACTORS = ("mix", "turns", "step_time", "gaps")


@dataclass(frozen=True)
class Strata:
    """Sums by stratum, step and group; index 0 is the middle band, 1 the tail.

    `names`: RootName and Shape of each stratum. `steps`: its keys, and `stratum[i]` is the stratum
    of step i. `traces` and `ns`: [band][stratum, group]; `turns` and `step_ns`:
    [band][step, group].
    """

    names: pl.DataFrame
    steps: pl.DataFrame
    stratum: Ints
    is_gap: NDArray[np.bool_]
    traces: tuple[Floats, Floats]
    ns: tuple[Floats, Floats]
    turns: tuple[Floats, Floats]
    step_ns: tuple[Floats, Floats]


@dataclass(frozen=True)
class Split:
    """`factors`: ms by [draw, stratum] for `mix`, by [draw, step] for the others; and shares."""

    factors: dict[str, Floats]
    shares: tuple[Floats, Floats]


def split(strata: Strata, middle: Floats, tail: Floats) -> Split:
    """Split the difference of means; `middle` and `tail` are [draw, group] weights of each band."""
    weights = (middle, tail)
    counts = [weights[side] @ strata.traces[side].T for side in (0, 1)]
    shares = [_ratio(count, count.sum(axis=1, keepdims=True)) for count in counts]
    means = [_ratio(weights[side] @ strata.ns[side].T, counts[side]) / 1e6 for side in (0, 1)]
    only = [(counts[side] > 0) & (counts[1 - side] == 0) for side in (0, 1)]
    means = [np.where(only[1 - side], means[1 - side], means[side]) for side in (0, 1)]
    mix = (shares[1] - shares[0]) * (means[0] + means[1]) / 2
    # Nothing is compared within a stratum that one band lacks.
    within = (shares[0] + shares[1]) / 2 * ((counts[0] > 0) & (counts[1] > 0))
    factors = {"mix": mix, **_within(strata, weights, counts, within)}
    return Split(factors, (shares[0], shares[1]))


def _within(
    strata: Strata, weights: tuple[Floats, Floats], counts: list[Floats], within: Floats
) -> dict[str, Floats]:
    """Turns times time a turn, step by step, weighted by the mean share of the stratum."""
    of = strata.stratum
    turns, times, totals = [], [], []
    for side in (0, 1):
        summed_turns = weights[side] @ strata.turns[side].T
        summed_ms = weights[side] @ strata.step_ns[side].T / 1e6
        turns.append(_ratio(summed_turns, counts[side][:, of]))
        times.append(_ratio(summed_ms, summed_turns))
        totals.append(_ratio(summed_ms, counts[side][:, of]))
    for side in (0, 1):
        times[side] = np.where(turns[side] > 0, times[side], times[1 - side])
    weight = within[:, of]
    by_turns = (turns[1] - turns[0]) * (times[0] + times[1]) / 2 * weight
    by_time = (times[1] - times[0]) * (turns[0] + turns[1]) / 2 * weight
    gaps = (totals[1] - totals[0]) * weight
    none = np.zeros_like(gaps)
    return {
        "turns": np.where(strata.is_gap, none, by_turns),
        "step_time": np.where(strata.is_gap, none, by_time),
        "gaps": np.where(strata.is_gap, gaps, none),
    }


def _ratio(part: Floats, whole: Floats) -> Floats:
    """part / whole, and 0 where there is nothing."""
    found: Floats = np.divide(
        part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole > 0
    )
    return found
