"""What a change would do to one trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from longpole.analytics.critical_path import PathOptions, find_paths
from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.analytics.whatif.changes import Change
from longpole.analytics.whatif.cost import Prices, costs_before
from longpole.analytics.whatif.effects import Speeds
from longpole.analytics.whatif.matching import inside
from longpole.analytics.whatif.prepared import Prepared, curve, try_changes
from longpole.analytics.whatif.replay_kernels import Bools, Floats

TOP = 12
STEP = ["Step", "Kind", "Agent", "Model", "ToolName"]
# Times have been corrected and cut already, and what nobody waits for was left out.
AS_GIVEN = PathOptions(outliving="clip", skew="none")


@dataclass(frozen=True)
class StepTime:
    """Time of one step on the path of the answer, as it was and as it would be."""

    step: str
    kind: str
    agent: str
    model: str
    tool: str
    before_ns: int
    after_ns: int


@dataclass(frozen=True)
class TraceAnswer:
    """End to end of the trace's main root before and after. USD are at least so much where calls
    are unpriced, None where all are.

    `steps`: those with most time on the new path first, then those that left it. `path`: ids of
    spans on the new path, by their time on it. `curve`: (factor, duration in ns); see
    prepared.curve.
    """

    root: str
    before_ns: int
    after_ns: int
    before_usd: float | None
    after_usd: float | None
    before_unpriced: int
    after_unpriced: int
    affected: int
    unknown: int
    steps: tuple[StepTime, ...]
    path: tuple[str, ...]
    curve: tuple[tuple[float, int], ...]


def answer_trace(
    prepared: Prepared,
    changes: Sequence[Change],
    speeds: Speeds,
    prices: Prices,
    root: str | None = None,
) -> TraceAnswer:
    """Try the changes on one trace. `root` names its main root (default: the longest)."""
    main = prepared.main_roots(None if root is None else [root])
    at, schedule = int(main[0]), prepared.schedule
    tried = try_changes(prepared, changes, speeds, prices)
    awaited = ~schedule.awaited
    was = costs_before(prepared.spans)
    gone = tried.effects.effect.removed
    before = _path(prepared, schedule.start, schedule.end, at, awaited)
    after = _path(prepared, tried.replayed.start, tried.replayed.end, at, awaited | gone)
    by_time = after.filter(pl.col("PathNs") > 0).sort("PathNs", "SpanId", descending=[True, False])
    return TraceAnswer(
        root=prepared.spans["SpanId"][at],
        before_ns=int(schedule.end[at] - schedule.start[at]),
        after_ns=int(tried.replayed.end[at] - tried.replayed.start[at]),
        before_usd=_known(was),
        after_usd=_known(tried.usd),
        before_unpriced=int(np.isnan(was).sum()),
        after_unpriced=int(np.isnan(tried.usd).sum()),
        affected=int(tried.effects.affected.sum()),
        unknown=tried.effects.unknown,
        steps=_steps(before, after),
        path=tuple(by_time["SpanId"]),
        curve=tuple((factor, int(ns[0])) for factor, ns in curve(prepared, changes, speeds, main)),
    )


def _path(prepared: Prepared, start: Ints, end: Ints, root: int, off: Bools) -> pl.DataFrame:
    """Spans of one root, less those marked `off` and what is inside them, with time on the path."""
    forest = prepared.schedule.forest
    kept = (forest.root == root) & ~off & ~inside(forest.order, forest.parent, off)
    spans = prepared.spans.with_columns(
        StartNs=pl.Series(start), DurationNs=pl.Series(end - start).cast(pl.UInt64)
    ).filter(pl.Series(kept))
    found = find_paths(spans.drop("AfterSpanIds", "AfterEvidence", "TtftS", strict=False), AS_GIVEN)
    return spans.join(found.spans.select("SpanId", "PathNs"), on="SpanId")


def _steps(before: pl.DataFrame, after: pl.DataFrame) -> tuple[StepTime, ...]:
    was, now = (
        one.group_by(STEP).agg(pl.col("PathNs").sum().cast(pl.Int64).alias(name))
        for one, name in ((before, "Before"), (after, "After"))
    )
    both = (
        was.join(now, on=STEP, how="full", coalesce=True)
        .with_columns(pl.col("Before", "After").fill_null(0))
        .filter((pl.col("Before") > 0) | (pl.col("After") > 0))
        .sort("After", "Before", *STEP, descending=[True, True] + [False] * len(STEP))
    )
    return tuple(StepTime(*row) for row in both.head(TOP).select(*STEP, "Before", "After").rows())


def _known(usd: Floats) -> float | None:
    """The sum of what is known; None where prices are missing and nothing else was paid."""
    total = float(np.nansum(usd))
    return None if np.isnan(usd).any() and total == 0 else total
