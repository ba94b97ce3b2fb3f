"""From trees to paths, by number: the sweep with all that it needs to know of each span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longpole.analytics.critical_path import edge_kernels, skew, skew_kernels, slack_kernels
from longpole.analytics.critical_path import path_kernels as kernels
from longpole.analytics.critical_path.edges import Edges
from longpole.analytics.critical_path.first_token import MODEL_KINDS, first_tokens
from longpole.analytics.critical_path.forest import Forest
from longpole.analytics.critical_path.options import OUTLIVING, PathOptions
from longpole.analytics.critical_path.path_kernels import Bools, Bytes
from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.analytics.critical_path.typed import type_time

SPAN_KINDS = {"Client": 1, "Server": 2, "Producer": 3, "Consumer": 4, "Internal": 5}
TOLERANCE_SHARE_INVERSE = 100  # 1 %
TOLERANCE_NS = 2_000_000
UNKNOWN_KIND = ""
LARGEST_FLOAT_NS = np.nextafter(2.0**63, 0)
Lifted = tuple[Ints, Ints, Ints, Ints, Ints, Bytes]


@dataclass(frozen=True)
class Swept:
    """What the sweep found: spans are indices of a Forest, `evidence` indexes EVIDENCE.

    Sections (span, starts, ends, phase, evidence, peer) are root by root, latest first; `peer` is
    the span that was called in phase `edge`, else -1. For every span:
    `start` and `end` after skew correction; `tied`, whether its root's end may wait for it;
    `path_ns`, its own time on the path; `self_ns`, its time not covered by children it waited for;
    `slack_ns` (-1 where not tied) and `drag_ns`, see Paths.
    """

    span: Ints
    starts: Ints
    ends: Ints
    phase: NDArray[np.uint8]
    evidence: NDArray[np.uint8]
    peer: Ints
    path_ns: Ints
    self_ns: Ints
    flags: NDArray[np.uint8]
    start: Ints
    end: Ints
    tied: Bools
    slack_ns: Ints
    drag_ns: Ints

    def section_columns(self) -> dict[str, pl.Series]:
        """StartNs, EndNs, Phase and Evidence of each section."""
        return {
            "StartNs": pl.Series(self.starts),
            "EndNs": pl.Series(self.ends),
            "Phase": pl.Series(self.phase).cat.to(pl.Enum(kernels.PHASES)),
            "Evidence": pl.Series(self.evidence).cat.to(pl.Enum(kernels.EVIDENCE)),
        }

    def span_columns(self) -> dict[str, pl.Series]:
        """PathNs, SelfNs, SlackNs (null where nothing waits for the span) and DragNs of each."""
        slack = pl.Series(self.slack_ns)
        return {
            "PathNs": pl.Series(self.path_ns).cast(pl.UInt64),
            "SelfNs": pl.Series(self.self_ns).cast(pl.UInt64),
            "SlackNs": slack.set(slack < 0, None).cast(pl.UInt64),
            "DragNs": pl.Series(self.drag_ns).cast(pl.UInt64),
        }


def sweep_forest(
    forest: Forest, spans: pl.DataFrame, options: PathOptions, edges: Edges | None = None
) -> Swept:
    """Find the paths of trees; row i of `spans` is span i of the forest (`spans[forest.rows]`).

    Columns: SpanKind and Process; optional TtftS and Kind, as of find_paths. `edges`: what is
    proven, by default nothing.
    """
    kind, process = _codes(spans["SpanKind"]), _process_codes(spans["Process"])
    start, end, flags = _set_clocks(forest, kind, process, options)
    tolerance = _tolerance(forest.end - forest.start, options.overlap_tolerance)
    lifted, proven, by_parent = _lift(forest, edges or Edges.none(len(spans)))
    mode = OUTLIVING.index(options.outliving)
    awaited = kernels.find_awaited(
        forest.parent, kind, process, start, end, tolerance, forest.loose, proven, mode, flags
    )
    children, late, early = forest.children.copy(), np.empty_like(end), np.empty_like(end)
    self_ns = kernels.order_children(forest.begin, children, awaited, start, end, late, early)
    first_token = first_tokens(spans, end - start)
    release = _release(spans, start, first_token, options.streaming)
    span, starts, ends, phase, hop, bound, on_path = kernels.sweep(
        forest.parent, forest.begin, children, awaited, start, end, tolerance, release, lifted,
        by_parent, mode, late, early,
    )  # fmt: skip
    typed = type_time(
        forest, spans, (span, starts, ends, phase), (start, end), (kind, process), awaited
    )
    path_ns = kernels.sum_by_span(span, starts, ends, len(spans))
    span, evidence = span[typed.row], _graded(hop, flags)[span[typed.row]]
    tied, lo, hi = slack_kernels.clip_down(forest.order, forest.parent, awaited, start, end, mode)
    slack_ns, drag_ns = slack_kernels.slack_and_drag(
        forest.order, forest.parent, forest.begin, forest.children, tied, lo, hi, start, end,
        tolerance, release, lifted, bound, on_path, path_ns,
    )  # fmt: skip
    return Swept(
        span, typed.starts, typed.ends, typed.phase, evidence, typed.peer, path_ns, self_ns, flags,
        start, end, tied, slack_ns, drag_ns,
    )  # fmt: skip


def _codes(kinds: pl.Series) -> Bytes:
    return kinds.replace_strict(SPAN_KINDS, default=0, return_dtype=pl.UInt8).to_numpy(
        writable=True
    )


def _process_codes(process: pl.Series) -> Ints:
    """A number for each process, by its name, 0 for unknown."""
    known = process.to_frame("text").unique().filter(pl.col("text") != "").sort("text")
    numbered = known.with_row_index("code", offset=1)
    coded = process.to_frame("text").join(numbered, on="text", how="left", maintain_order="left")
    return coded["code"].fill_null(0).cast(pl.Int64).to_numpy(writable=True)


def _set_clocks(
    forest: Forest, kind: Bytes, process: Ints, options: PathOptions
) -> tuple[Ints, Ints, Bytes]:
    """Start and end after skew correction, and the flags."""
    start, end, flags = forest.start.copy(), forest.end.copy(), forest.flags.copy()
    if options.skew == "shift" and process.any():
        offset, known = skew.clock_offsets(forest, kind, process, flags)
        skew_kernels.correct_skew(
            forest.order, forest.parent, kind, process, offset, known, start, end, flags
        )
    return start, end, flags


def _tolerance(duration: Ints, share: float | None) -> Ints:
    """How far siblings, or a child and its parent, may overlap and still count as in order."""
    if share is None:
        return np.minimum(duration // TOLERANCE_SHARE_INVERSE, TOLERANCE_NS)
    # 0.29 * 100 is 28.999...: the next number up is 29, and no whole number is passed by it.
    part: Ints = np.minimum(np.nextafter(duration * share, np.inf), LARGEST_FLOAT_NS).astype(
        np.int64
    )
    return part


def _lift(forest: Forest, edges: Edges) -> tuple[Lifted, Bytes, Bytes]:
    """Edges as the sweep takes them: by the sibling above the target."""
    size = forest.parent.size
    if edges.source.size == 0:
        none, nothing = np.zeros(0, np.int64), np.zeros(size, np.uint8)
        no_edges = (np.zeros(size + 1, np.int64), none, none, none, none, np.zeros(0, np.uint8))
        return no_edges, nothing, nothing
    above_target, above_source, proven, by_parent = edge_kernels.lift_edges(
        forest.order, forest.parent, forest.depth, forest.root, edges.begin, edges.source,
        edges.evidence,
    )  # fmt: skip
    first, edge = edge_kernels.by_target(above_target, size)
    target = np.repeat(np.arange(size), np.diff(edges.begin))
    lifted = (first, edge, above_source, edges.source, target, edges.evidence)
    return lifted, proven, by_parent


def _release(spans: pl.DataFrame, start: Ints, first_token: Ints, streaming: bool) -> Ints:
    """From when on each span may have let its successor start before its own end."""
    never = np.full(start.size, kernels.LIMIT_NS)
    if not streaming:
        return never
    streams = np.full(start.size, True)
    if "Kind" in spans.columns:
        streams = spans["Kind"].is_in([*MODEL_KINDS, UNKNOWN_KIND]).to_numpy()
    return np.where(streams, start + np.maximum(first_token, 0), never)


def _graded(hop: Bytes, flags: Bytes) -> Bytes:
    """The evidence of each span's hop: what is proven stays, else what was done to its times."""
    proven = (hop == kernels.DATA) | (hop == kernels.LINK)
    timed = np.where(flags & kernels.SKEW, kernels.BY_SKEW, hop)
    timed = np.where(flags & kernels.CLIPPED, kernels.BY_CLIP, timed)
    return np.where(proven, hop, timed).astype(np.uint8)
