"""The critical path of every root of many traces at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from longpole.analytics.critical_path import columns as c
from longpole.analytics.critical_path.edges import Edges
from longpole.analytics.critical_path.forest import Forest, plant
from longpole.analytics.critical_path.options import PathOptions
from longpole.analytics.critical_path.swept import Swept, sweep_forest
from longpole.analytics.critical_path.totals import completion_ns, work_ns


@dataclass(frozen=True)
class Paths:
    """What the sweep found.

    `sections` (columns.SECTIONS): by trace id, then root id, latest section first. Those of a root
    do not overlap and sum exactly to its duration. Times are after skew correction.

    `spans` (columns.SPANS): one row an id, by trace id and span id. PathNs is the span's own time
    on the path of its root; SelfNs its time not covered by children it waited for. SlackNs: how
    much longer it could take before the end of its root moves, null where nothing waits for it.
    DragNs: how much sooner its root would end were its own time nothing; at most PathNs.

    `roots` (columns.ROOTS): one row a root. WorkNs is the own time of all spans that the root's end
    may wait for, so that WorkNs / DurationNs is how much ran side by side. CompletionNs is the time
    from the root's start to the end of the last work below it, detached work too.
    """

    sections: pl.DataFrame
    spans: pl.DataFrame
    roots: pl.DataFrame


def find_paths(spans: pl.DataFrame, options: PathOptions) -> Paths:
    """Find the path of each root in `spans` (columns.PATH_COLUMNS; rows in any order).

    Optional columns: TtftS (seconds, null if unknown) splits the own time of a model span without
    children into prefill and decode; Kind (else every span may) says which are model spans;
    LinkedSpanIds (list) and Reference ("child_of" or "follows_from") say how a span hangs on
    others; AfterSpanIds and AfterEvidence (lists, see Edges.of_columns) say what is proven.

    Clock offsets are estimated over all of `spans`. docs/critical-path.md states the rules. Raises
    InputError when a column is missing or has another type.
    """
    c.check_columns(spans, c.PATH_COLUMNS)
    forest = plant(spans)
    spans = spans[forest.rows]
    swept = sweep_forest(forest, spans, options, Edges.of_columns(forest, spans))
    return Paths(
        _sections(forest, spans, swept), _spans(forest, spans, swept), _roots(forest, spans, swept)
    )


def _sections(forest: Forest, spans: pl.DataFrame, swept: Swept) -> pl.DataFrame:
    ids = {
        "TraceId": spans["TraceId"][swept.span],
        "RootSpanId": spans["SpanId"][forest.root[swept.span]],
        "SpanId": spans["SpanId"][swept.span],
    }
    return pl.DataFrame({**ids, **swept.section_columns()}, schema=c.SECTIONS)


def _spans(forest: Forest, spans: pl.DataFrame, swept: Swept) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "TraceId": spans["TraceId"],
            "SpanId": spans["SpanId"],
            "RootSpanId": spans["SpanId"][forest.root],
            "Depth": pl.Series(forest.depth).cast(pl.UInt32),
            "IsRoot": forest.parent < 0,
            **swept.span_columns(),
            "Flags": c.flag_lists(pl.Series(swept.flags)),
        },
        schema=c.SPANS,
    )


def _roots(forest: Forest, spans: pl.DataFrame, swept: Swept) -> pl.DataFrame:
    root = np.flatnonzero(forest.parent < 0)
    return pl.DataFrame(
        {
            "TraceId": spans["TraceId"][root],
            "RootSpanId": spans["SpanId"][root],
            "StartNs": forest.start[root],
            "DurationNs": pl.Series(forest.end[root] - forest.start[root]).cast(pl.UInt64),
            "WorkNs": work_ns(forest, swept)[root],
            "CompletionNs": completion_ns(forest, swept)[root],
        },
        schema=c.ROOTS,
    )
