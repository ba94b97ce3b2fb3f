"""Spans that hang on others by a link or FOLLOWS_FROM: placed in the tree, but not awaited."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from longpole.analytics.critical_path import tree_kernels as kernels
from longpole.analytics.critical_path.tree_kernels import Ints

FOLLOWS_FROM = "follows_from"
Bools = NDArray[np.bool_]


def follows(spans: pl.DataFrame, rows: Ints) -> Bools:
    """Which of the spans `rows` know their parent by FOLLOWS_FROM (column Reference, if there)."""
    if "Reference" not in spans.columns:
        return np.zeros(rows.size, np.bool_)
    reference = spans["Reference"].cast(pl.String).fill_null("")
    return (reference == FOLLOWS_FROM).to_numpy(writable=True)[rows]


def hang_on_links(
    spans: pl.DataFrame,
    rows: Ints,
    offsets: Ints,
    parent: Ints,
    alone: Bools,
    start: Ints,
    end: Ints,
    loose: Bools,
) -> None:
    """Put spans without a parent (`alone`) below what they link to; changes `parent`, `loose`.

    LinkedSpanIds, if there, lists what each row of `spans` links to; the first of the same trace
    counts. A span that began after the tree of that one had ended stays a root, as does the
    earliest of those whose links lead back to themselves.
    """
    source, target = _links(spans, rows, offsets, alone)
    if source.size == 0:
        return
    _, _, root = kernels.walk_down(offsets, parent, *kernels.list_children(parent))
    top = root[target]
    within = (top != source) & (start[source] < end[top])
    parent[source[within]] = target[within]
    loose[source[within]] = True
    cut = kernels.cut_cycles(parent, start, loose, True)
    loose[cut] = False


def _links(spans: pl.DataFrame, rows: Ints, offsets: Ints, alone: Bools) -> tuple[Ints, Ints]:
    """Spans that hang on a link alone, and the span of the same trace that each links to first."""
    none = np.zeros(0, np.int64)
    if "LinkedSpanIds" not in spans.columns:
        return none, none
    said = spans["LinkedSpanIds"].cast(pl.List(pl.String))
    linking = (said.list.len().fill_null(0) > 0).to_numpy(writable=True)[rows]
    source = np.flatnonzero(alone & linking)
    if source.size == 0:
        return none, none
    trace = pl.Series("trace", np.repeat(np.arange(offsets.size - 1), np.diff(offsets)))
    ids = pl.DataFrame([trace, spans["SpanId"][rows].rename("id")]).with_row_index("target")
    asked = pl.DataFrame([trace[source], said[rows[source]].rename("id")])
    found = (
        asked.with_columns(source=pl.Series(source))
        .explode("id")
        .join(ids, on=["trace", "id"], how="inner", maintain_order="left")
        .filter(pl.col("source") != pl.col("target"))
        .unique("source", keep="first", maintain_order=True)
    )
    return found["source"].to_numpy(writable=True), found["target"].cast(pl.Int64).to_numpy(
        writable=True
    )
