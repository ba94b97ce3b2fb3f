"""Traces made ready once, so that many changes can be tried on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from longpole.analytics.critical_path import Edges, PathOptions, plant
from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.analytics.whatif import columns
from longpole.analytics.whatif.changes import Change
from longpole.analytics.whatif.cost import Prices, costs_after
from longpole.analytics.whatif.effects import Effects, Speeds, effects_of
from longpole.analytics.whatif.replay import Replayed, replay
from longpole.analytics.whatif.replay_kernels import Floats
from longpole.analytics.whatif.schedule import Schedule, schedule_of

FACTORS = (1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, float("inf"))


@dataclass(frozen=True)
class Prepared:
    """Traces with their schedule; row i of `spans` is span i of the schedule's forest."""

    spans: pl.DataFrame
    schedule: Schedule

    def main_roots(self, ids: Sequence[str] | None = None) -> Ints:
        """The root of each trace that was answered: one of `ids`, else the longest, the first."""
        parent, trace = self.schedule.forest.parent, self.schedule.forest.trace
        roots = np.flatnonzero(parent < 0)
        named = np.zeros(roots.size, np.bool_)
        if ids is not None:
            named = self.spans["SpanId"][roots].is_in(list(ids)).to_numpy()
        length = self.schedule.end[roots] - self.schedule.start[roots]
        order = np.lexsort((roots, self.schedule.start[roots], -length, ~named, trace[roots]))
        _, first = np.unique(trace[roots][order], return_index=True)
        return np.ascontiguousarray(roots[order][first])


@dataclass(frozen=True)
class Tried:
    """A change tried on every trace: times and USD of all spans (not a number: no known price)."""

    effects: Effects
    replayed: Replayed
    usd: Floats


def prepare(spans: pl.DataFrame, options: PathOptions) -> Prepared:
    """Plant the spans (columns.SPANS; AfterSpanIds and AfterEvidence if known) and schedule them.

    Raises InputError when a column is missing.
    """
    columns.check(spans)
    forest = plant(spans)
    ordered = spans[forest.rows]
    edges = Edges.of_columns(forest, ordered)
    return Prepared(ordered, schedule_of(forest, ordered, options, edges))


def try_changes(
    prepared: Prepared, changes: Sequence[Change], speeds: Speeds, prices: Prices
) -> Tried:
    """Run every trace again with all changes. Raises InputError for a model of unknown speed."""
    effects = effects_of(prepared.schedule, prepared.spans, changes, speeds)
    usd = costs_after(prepared.spans, effects, prices)
    return Tried(effects, replay(prepared.schedule, effects.effect), usd)


def trace_sums(prepared: Prepared, values: Floats) -> Floats:
    """Add up a value of each span over its trace."""
    trace = prepared.schedule.forest.trace
    traces = prepared.schedule.forest.offsets.size - 1
    return np.bincount(trace, weights=values, minlength=traces).astype(np.float64)


def curve(
    prepared: Prepared, changes: Sequence[Change], speeds: Speeds, roots: Ints
) -> list[tuple[float, Ints]]:
    """Duration of each root with what the first change is about 1 to infinitely many times as
    fast (FACTORS), all other changes as they are; nothing where that change names no spans."""
    if not changes or not changes[0].match.given:
        return []
    found = []
    for factor in FACTORS:
        first = replace(changes[0], what="faster", number=factor, text="")
        effects = effects_of(prepared.schedule, prepared.spans, [first, *changes[1:]], speeds)
        times = replay(prepared.schedule, effects.effect)
        found.append((factor, times.end[roots] - times.start[roots]))
    return found
