"""What released every span of many traces: the schedule that a replay runs again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from longpole.analytics.critical_path import Edges, Forest, PathOptions, Swept, sweep_forest
from longpole.analytics.critical_path.swept import TOLERANCE_NS, TOLERANCE_SHARE_INVERSE
from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.analytics.whatif import join_kernels as kernels
from longpole.analytics.whatif.join_kernels import Bools


@dataclass(frozen=True)
class Schedule:
    """Spans of a forest by number, and the join of siblings that released each.

    Times are ns since 1970 after skew correction; an awaited span's are cut to its parent's.
    `kids` lists children as forest.children does, but each parent's by start. `join[i]` is -1 where
    the parent's start released span i; else span i started `start[i] - time[join[i]]` ns after the
    last of `member[member_begin[j]:member_begin[j + 1]]` ended. `overlap` is how far a member
    outlasted that time (clocks are coarse). `is_proven[j]`: edges name the members.
    """

    forest: Forest
    start: Ints
    end: Ints
    awaited: Bools
    kids: Ints
    join: Ints
    member_begin: Ints
    member: Ints
    overlap: Ints
    time: Ints
    is_proven: Bools


def schedule_of(
    forest: Forest, spans: pl.DataFrame, options: PathOptions, edges: Edges | None = None
) -> Schedule:
    """Find out what released each span; row i of `spans` is span i (`spans[forest.rows]`).

    Needs critical_path.columns.PATH_COLUMNS. A column Flags (lists) may say that a span is
    detached where its process is no longer known.
    """
    swept = sweep_forest(forest, spans, options, edges)
    awaited = _awaited(spans, swept)
    start, end = swept.start.copy(), swept.end.copy()
    tolerance = _tolerance(forest, options)
    kernels.clip_to_parents(forest.order, forest.parent, start, end, awaited)
    kids = _by_start(forest, start, end)
    begin, source = _proven(forest, start, edges or Edges.none(start.size))
    found = kernels.find_joins(forest.begin, kids, awaited, start, end, tolerance, begin, source)
    return Schedule(forest, start, end, awaited, kids, *found)


def _awaited(spans: pl.DataFrame, swept: Swept) -> Bools:
    """Whether the end of its root may wait for each span, as the sweep found or as was stored."""
    awaited = swept.tied.copy()
    if "Flags" in spans.columns:
        awaited &= ~spans["Flags"].list.contains("detached").to_numpy()
    return awaited


def _tolerance(forest: Forest, options: PathOptions) -> Ints:
    duration = forest.end - forest.start
    if options.overlap_tolerance is None:
        smaller: Ints = np.minimum(duration // TOLERANCE_SHARE_INVERSE, TOLERANCE_NS)
        return smaller
    tolerance: Ints = (duration * options.overlap_tolerance).astype(np.int64)
    return tolerance


def _by_start(forest: Forest, start: Ints, end: Ints) -> Ints:
    kids = forest.children
    order = np.lexsort((kids, end[kids], start[kids], forest.parent[kids]))
    return np.ascontiguousarray(kids[order])


def _proven(forest: Forest, start: Ints, edges: Edges) -> tuple[Ints, Ints]:
    """Sources of each span among its siblings, each once, as CSR."""
    waiter, source, count = kernels.lift_edges(
        edges.begin, edges.source, forest.parent, forest.depth
    )
    pairs = np.unique(np.stack((waiter[:count], source[:count])), axis=1)
    counts = np.bincount(pairs[0], minlength=start.size)
    begin = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))).astype(np.int64)
    return begin, np.ascontiguousarray(pairs[1])
