"""What a change would do to a set of traces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.analytics.whatif.changes import Change
from longpole.analytics.whatif.cost import Prices, costs_before
from longpole.analytics.whatif.effects import Speeds
from longpole.analytics.whatif.prepared import Prepared, curve, trace_sums, try_changes
from longpole.analytics.whatif.replay_kernels import Floats

QUANTILES = (0.5, 0.95, 0.99)
RESAMPLES = 500
LEVEL = 0.95
DAY_NS = 86_400 * 10**9
AT_ONCE = 4_000_000  # durations drawn at once, to bound memory
Interval = tuple[float, float]


@dataclass(frozen=True)
class QuantileChange:
    """One quantile of the duration in ns; intervals of 95 % from resampled traces.

    Before and after are of the same traces, so the interval of what is saved is its own.
    """

    quantile: float
    before_ns: float
    before_interval_ns: Interval
    after_ns: float
    after_interval_ns: Interval
    saved_ns: float
    saved_interval_ns: Interval


@dataclass(frozen=True)
class SetAnswer:
    """Quantiles, traces with a changed span, and money over `traces` traces.

    `unpriced` traces have a call without a known price before or after; USD are of the others.
    `curve`: (factor, p50, p95, p99 in ns), see prepared.curve.
    """

    traces: int
    affected_share: float
    faster_share: float
    unknown_calls: int
    quantiles: tuple[QuantileChange, ...]
    before_usd: float
    after_usd: float
    unpriced: int
    curve: tuple[tuple[float, float, float, float], ...]


def answer_set(
    prepared: Prepared,
    changes: Sequence[Change],
    speeds: Speeds,
    prices: Prices,
    roots: Sequence[str] | None = None,
    seed: int = 0,
) -> SetAnswer:
    """Try the changes on every trace; `roots` are their main roots' ids (default: the longest)."""
    main = prepared.main_roots(roots)
    schedule = prepared.schedule
    tried = try_changes(prepared, changes, speeds, prices)
    before = schedule.end[main] - schedule.start[main]
    after = tried.replayed.end[main] - tried.replayed.start[main]
    affected = np.zeros(main.size, np.bool_)
    affected[schedule.forest.trace[tried.effects.affected]] = True
    was = trace_sums(prepared, costs_before(prepared.spans))
    now = trace_sums(prepared, tried.usd)
    priced = ~(np.isnan(was) | np.isnan(now))
    bends = curve(prepared, changes, speeds, main)
    return SetAnswer(
        traces=main.size,
        affected_share=float(affected.mean()) if main.size else 0.0,
        faster_share=float((after < before).mean()) if main.size else 0.0,
        unknown_calls=tried.effects.unknown,
        quantiles=compare_quantiles(before, after, seed) if main.size else (),
        before_usd=float(was[priced].sum()),
        after_usd=float(now[priced].sum()),
        unpriced=int((~priced).sum()),
        curve=tuple((factor, *_quantiles(ns)) for factor, ns in bends) if main.size else (),
    )


def compare_quantiles(before: Ints, after: Ints, seed: int) -> tuple[QuantileChange, ...]:
    """Quantiles of both with bootstrap intervals: traces are drawn again, pairs kept together."""
    drawn = _resampled(np.stack((before, after)).astype(np.float64), np.random.default_rng(seed))
    sides = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    made = []
    for number, quantile in enumerate(QUANTILES):
        was, now = (float(np.quantile(one, quantile)) for one in (before, after))
        low, high = np.quantile(drawn[:, :, number], sides, axis=1)
        saved = np.quantile(drawn[0, :, number] - drawn[1, :, number], sides)
        made.append(
            QuantileChange(
                quantile, was, (float(low[0]), float(high[0])), now,
                (float(low[1]), float(high[1])), was - now, (float(saved[0]), float(saved[1])),
            )
        )  # fmt: skip
    return tuple(made)


def _resampled(pairs: Floats, random: np.random.Generator) -> Floats:
    """Quantiles of resampled traces, shaped (before or after, resample, quantile)."""
    size = pairs.shape[1]
    step = max(1, AT_ONCE // size)
    parts = []
    for done in range(0, RESAMPLES, step):
        rows = random.integers(0, size, (min(step, RESAMPLES - done), size))
        parts.append(np.moveaxis(np.quantile(pairs[:, rows], QUANTILES, axis=2), 0, 2))
    return np.concatenate(parts, axis=1)


def _quantiles(ns: Ints) -> tuple[float, float, float]:
    p50, p95, p99 = (float(value) for value in np.quantile(ns, QUANTILES))
    return p50, p95, p99
