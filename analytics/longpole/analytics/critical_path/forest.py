"""From a table of spans to trees: one tree a root, many traces at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longpole.analytics.critical_path import columns as c
from longpole.analytics.critical_path import path_kernels as bits
from longpole.analytics.critical_path import tree_kernels as kernels
from longpole.analytics.critical_path.links import follows, hang_on_links
from longpole.analytics.critical_path.tree_kernels import Ints, Keys

MAX_NS = 2**63 - 1
CLOCK_FROM_NS = 946_684_800 * 10**9  # 2000-01-01
CLOCK_TO_NS = 4_102_444_800 * 10**9  # 2100-01-01
NO_ID = "0" * 16


@dataclass(frozen=True)
class Forest:
    """Spans in (trace id, span id) order, each id once, and how they hang together.

    `rows[i]` is the row of span i in the input. `parent[i]` is negative for a root.
    `order` lists parents before children, trace by trace. `loose`: known to its parent by a link
    or FOLLOWS_FROM only. Times are int64 ns.
    """

    rows: Ints
    offsets: Ints
    parent: Ints
    begin: Ints
    children: Ints
    order: Ints
    depth: Ints
    root: Ints
    start: Ints
    end: Ints
    flags: NDArray[np.uint8]
    loose: NDArray[np.bool_]

    @property
    def trace(self) -> Ints:
        """Number of each span's trace, in order of trace id."""
        return np.repeat(np.arange(self.offsets.size - 1), np.diff(self.offsets))


def plant(spans: pl.DataFrame) -> Forest:
    """Build the trees of all traces in `spans` (columns: TREE_COLUMNS; rows in any order).

    Of spans with the same id the longest is kept and flagged. A span whose parent is missing is a
    root and flagged; cycles are cut at their earliest span, which is flagged. Optional columns:
    Reference says which parents are known by FOLLOWS_FROM only; LinkedSpanIds puts a span without
    a parent below the first span of its trace that it links to, if it began before that one's root
    ended. Later ones, and those that are so linked to themselves, stay roots.
    """
    c.check_columns(spans, c.TREE_COLUMNS)
    trace, traces = _trace_codes(spans["TraceId"])
    key, parent_key = _span_keys(spans)
    rows, offsets = kernels.group_by_trace(trace, traces)
    duplicated = np.zeros(0, np.int64)
    if kernels.sort_by_key(rows, offsets, key):
        rows, duplicated = _longest_of_each(spans, trace, key)
        offsets = np.searchsorted(trace[rows], np.arange(traces + 1))
    has_parent = (~spans["ParentSpanId"].is_in(["", NO_ID])).to_numpy(writable=True)[rows]
    parent = kernels.find_parents(offsets, key[rows], parent_key[rows], has_parent)
    start, end, flags = _times(spans[rows])
    flags[duplicated] |= bits.DUPLICATE_ID
    flags[parent == kernels.MISSING_PARENT] |= bits.INCOMPLETE
    loose = follows(spans, rows) & (parent >= 0)
    flags[kernels.cut_cycles(parent, start, loose, False)] |= bits.CYCLE
    hang_on_links(spans, rows, offsets, parent, ~has_parent, start, end, loose)
    begin, children = kernels.list_children(parent)
    order, depth, root = kernels.walk_down(offsets, parent, begin, children)
    return Forest(
        rows, offsets, parent, begin, children, order, depth, root, start, end, flags, loose
    )  # fmt: skip


def _trace_codes(ids: pl.Series) -> tuple[NDArray[Any], int]:
    """A number for each trace id, ordered like the ids."""
    if ids.is_sorted():
        codes = ids.rle_id()
        return codes.to_numpy(writable=True), int(codes[-1]) + 1 if len(codes) else 0
    known = ids.to_frame("id").unique().sort("id").with_row_index("code")
    coded = ids.to_frame("id").join(known, on="id", how="left", maintain_order="left")
    return coded["code"].to_numpy(writable=True), known.height


def _span_keys(spans: pl.DataFrame) -> tuple[Keys, Keys]:
    """Span and parent ids as numbers that are equal and ordered as the texts are."""
    own, parent = spans["SpanId"], spans["ParentSpanId"]
    filled = spans.select(
        pl.when(parent == "").then(pl.lit(NO_ID)).otherwise(pl.col("ParentSpanId"))
    ).to_series()
    keys = [_hex_keys(own), _hex_keys(filled)]
    if keys[0] is not None and keys[1] is not None:
        return keys[0], keys[1]
    ranks = pl.concat([own.rename("id"), parent.rename("id")]).rank("dense").cast(pl.UInt64)
    return ranks[: len(own)].to_numpy(writable=True), ranks[len(own) :].to_numpy(writable=True)


def _hex_keys(ids: pl.Series) -> Keys | None:
    if not (ids.str.len_bytes() == 16).all():
        return None
    array = ids.to_arrow(compat_level=pl.CompatLevel.oldest())
    raw = np.frombuffer(array.buffers()[2], np.uint8, 16 * len(ids), 16 * array.offset)
    keys, are_hex = kernels.parse_hex(raw.reshape(-1, 16))
    return keys if are_hex else None


def _longest_of_each(spans: pl.DataFrame, trace: NDArray[Any], key: Keys) -> tuple[Ints, Ints]:
    """Rows to keep in (trace, id) order, and the positions among them of ids that came twice.

    Of equally long ones the last ingested is kept, if that column is there; what is still equal is
    told apart by all other columns, so that input order does not matter.
    """
    falling = [name for name in ("DurationNs", "IngestedAt") if name in spans.columns]
    rising = [name for name in c.PATH_COLUMNS if name in spans.columns and name not in falling]
    keyed = spans.select(*falling, *rising).with_columns(
        pl.Series("trace", trace),
        pl.Series("key", key),
        rest=spans.drop("StartNs").hash_rows(seed=0),
    )
    sort = ["trace", "key", *falling, *rising, "rest"]
    kept = (
        keyed.with_row_index("row")
        .sort(sort, descending=[name in falling for name in sort])
        .with_columns(copies=pl.len().over("trace", "key"))
        .unique(["trace", "key"], keep="first", maintain_order=True)
    )
    twice = np.flatnonzero(kept["copies"].to_numpy(writable=True) > 1)
    return kept["row"].cast(pl.Int64).to_numpy(writable=True), twice


def _times(spans: pl.DataFrame) -> tuple[Ints, Ints, NDArray[np.uint8]]:
    """Start and end, and the flag of times no clock that was set can have shown."""
    start = spans["StartNs"].to_numpy(writable=True)
    duration = spans["DurationNs"].clip(0, MAX_NS).cast(pl.Int64).to_numpy(writable=True)
    duration = np.minimum(duration, MAX_NS - np.maximum(start, 0))
    end = start + duration
    odd = (start < CLOCK_FROM_NS) | (end >= CLOCK_TO_NS)
    if spans.schema["DurationNs"] == pl.Int64:
        odd |= (spans["DurationNs"] < 0).to_numpy(writable=True)
    return start, end, np.where(odd, bits.CLOCK, 0).astype(np.uint8)
