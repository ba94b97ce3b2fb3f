"""The critical path of every root of many traces at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longpole.analytics.critical_path import columns as c
from longpole.analytics.critical_path import path_kernels as kernels
from longpole.analytics.critical_path.edges import Edges
from longpole.analytics.critical_path.forest import Forest, plant
from longpole.analytics.critical_path.options import PathOptions
from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.analytics.critical_path.typed import type_time

SPAN_KINDS = {"Client": 1, "Server": 2, "Producer": 3, "Consumer": 4, "Internal": 5}
TOLERANCE_SHARE_INVERSE = 100  # 1 %
TOLERANCE_NS = 2_000_000


@dataclass(frozen=True)
class Paths:
    """What the sweep found.

    `sections` (columns.SECTIONS): by trace id, then root id, latest section first. Those of a root
    do not overlap and sum exactly to its duration. Times are after skew correction.
    `spans` (columns.SPANS): one row an id, by trace id and span id. PathNs is the span's own time
    on the path of its root; SelfNs its time not covered by children it waited for.
    """

    sections: pl.DataFrame
    spans: pl.DataFrame


def find_paths(spans: pl.DataFrame, options: PathOptions) -> Paths:
    """Find the path of each root in `spans` (columns.PATH_COLUMNS; rows in any order).

    Optional columns: TtftS (seconds, null if unknown) splits the own time of a model span without
    children into prefill and decode; Kind (else every span may) says which are model spans;
    AfterSpanIds and AfterEvidence (lists, see Edges.of_columns) say what is proven.

    - A child that outlives its parent in the same process by more than the overlap tolerance is
      `detached`, and off the path with its subtree; any other child is `clipped` to the parent.
    - A consumer under a producer is not awaited.
    - Clock skew is corrected within one trace only, by at most 1 s; an offset per pair of
      processes, estimated over many traces, is not there yet.

    Raises InputError when a column is missing or has another type.
    """
    c.check_columns(spans, c.PATH_COLUMNS)
    forest = plant(spans)
    spans = spans[forest.rows]
    swept = sweep_forest(forest, spans, options, Edges.of_columns(forest, spans))
    return Paths(_sections(forest, spans, swept), _spans(forest, spans, swept))


@dataclass(frozen=True)
class Swept:
    """The same by number: spans are indices of a Forest, `evidence` indexes columns.EVIDENCE.

    `start` and `end` are the times of every span after skew correction. `peer` is the span that a
    section of phase `edge` called, else -1.
    """

    span: Ints
    starts: Ints
    ends: Ints
    phase: NDArray[np.uint8]
    evidence: NDArray[np.uint8]
    path_ns: Ints
    self_ns: Ints
    flags: NDArray[np.uint8]
    start: Ints
    end: Ints
    peer: Ints

    def section_columns(self) -> dict[str, pl.Series]:
        """StartNs, EndNs, Phase and Evidence of each section."""
        return {
            "StartNs": pl.Series(self.starts),
            "EndNs": pl.Series(self.ends),
            "Phase": pl.Series(self.phase).cat.to(pl.Enum(kernels.PHASES)),
            "Evidence": pl.Series(self.evidence).cat.to(pl.Enum(c.EVIDENCE)),
        }


def sweep_forest(
    forest: Forest, spans: pl.DataFrame, options: PathOptions, edges: Edges | None = None
) -> Swept:
    """Find the paths of trees; row i of `spans` is span i of the forest (`spans[forest.rows]`)."""
    kind = _codes(spans["SpanKind"])
    process = _process_codes(spans["Process"])
    start, end, flags = forest.start.copy(), forest.end.copy(), forest.flags.copy()
    tolerance = _tolerance(end - start, options.overlap_tolerance)
    kernels.correct_skew(forest.order, forest.parent, kind, process, start, end, flags)
    awaited = kernels.find_awaited(forest.parent, kind, process, start, end, tolerance, flags)
    children, late, early = forest.children.copy(), np.empty_like(end), np.empty_like(end)
    self_ns = kernels.order_children(forest.begin, children, awaited, start, end, late, early)
    swept = kernels.sweep(
        forest.parent, forest.begin, children, awaited, start, end, tolerance, late, early
    )
    typed = type_time(forest, spans, swept, (start, end), (kind, process), awaited)
    span = swept[0][typed.row]
    hop = np.where(flags & kernels.CLIPPED, 1, np.where(flags & kernels.SKEW, 2, 0))
    path_ns = kernels.sum_by_span(span, typed.starts, typed.ends, len(spans))
    return Swept(
        span, typed.starts, typed.ends, typed.phase, hop[span].astype(np.uint8), path_ns, self_ns,
        flags, start, end, typed.peer,
    )  # fmt: skip


def _codes(kinds: pl.Series) -> NDArray[np.uint8]:
    return kinds.replace_strict(SPAN_KINDS, default=0, return_dtype=pl.UInt8).to_numpy(
        writable=True
    )


def _process_codes(process: pl.Series) -> Ints:
    """A number for each process, 0 for unknown."""
    known = process.to_frame("text").unique().filter(pl.col("text") != "")
    numbered = known.with_row_index("code", offset=1)
    coded = process.to_frame("text").join(numbered, on="text", how="left", maintain_order="left")
    return coded["code"].fill_null(0).cast(pl.Int64).to_numpy(writable=True)


def _tolerance(duration: Ints, share: float | None) -> Ints:
    """How far siblings, or a child and its parent, may overlap and still count as in order."""
    if share is None:
        return np.minimum(duration // TOLERANCE_SHARE_INVERSE, TOLERANCE_NS)
    return (duration * share).astype(np.int64)


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
            "PathNs": pl.Series(swept.path_ns).cast(pl.UInt64),
            "SelfNs": pl.Series(swept.self_ns).cast(pl.UInt64),
            "Flags": c.flag_lists(pl.Series(swept.flags)),
        },
        schema=c.SPANS,
    )
