"""Spans in the order a tree is read: depth first, children by start. Nothing here recurses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class TreeOrder:
    """Spans in depth-first order; `parent` and `size` are given in that order.

    `rows` are positions in the input, `parent` positions in the order (-1 for a root), and
    `size` counts a span with everything below it.
    """

    rows: Ints
    parent: Ints
    depth: Ints
    size: Ints


def parent_rows(spans: pl.DataFrame) -> Ints:
    """The row of each span's parent; -1 for roots and for parents that are not there."""
    index = spans.select(ParentSpanId="SpanId").with_row_index("row")
    found = spans.select("ParentSpanId", "IsRoot").join(
        index, on="ParentSpanId", how="left", maintain_order="left"
    )
    parents = found.select(
        pl.when(pl.col("IsRoot")).then(-1).otherwise(pl.col("row").cast(pl.Int64)).fill_null(-1)
    )
    return parents.to_series().to_numpy().astype(np.int64)


def depth_first(parent: Ints, start: Ints) -> TreeOrder:
    """Order a forest. Spans that only a cycle leads to are cut free at the earliest of them."""
    count = len(parent)
    by_start = np.argsort(start, kind="stable")
    children = by_start[np.argsort(parent[by_start], kind="stable")]
    first = np.searchsorted(parent[children], np.arange(-1, count + 1)).tolist()
    kids = children.tolist()
    at = [-1] * count
    rows: list[int] = []
    depth: list[int] = []
    for root in [*kids[: first[1]], *by_start.tolist()]:
        if at[root] >= 0:
            continue
        stack = [(root, 0)]
        while stack:
            row, level = stack.pop()
            if at[row] >= 0:
                continue
            at[row] = len(rows)
            rows.append(row)
            depth.append(level)
            below = kids[first[row + 1] : first[row + 2]]
            stack.extend((child, level + 1) for child in reversed(below))
    return _finish(rows, depth)


def _finish(rows: list[int], depth: list[int]) -> TreeOrder:
    parent = [-1] * len(rows)
    size = [1] * len(rows)
    path: list[int] = []
    for position, level in enumerate(depth):
        del path[level:]
        if path:
            parent[position] = path[-1]
        path.append(position)
    for position in range(len(rows) - 1, 0, -1):
        if parent[position] >= 0:
            size[parent[position]] += size[position]
    as_array = [np.array(values, np.int64) for values in (rows, parent, depth, size)]
    return TreeOrder(*as_array)


def keep_most_telling(order: TreeOrder, rank: Ints, limit: int) -> Ints:
    """Positions of at most `limit` spans, lowest rank first, none without its ancestors.

    A span ranks as low as the lowest below it. The answer is in depth-first order.
    """
    if len(order.rows) <= limit:
        return np.arange(len(order.rows))
    ranks = rank[order.rows].tolist()
    parents = order.parent.tolist()
    for position in range(len(ranks) - 1, 0, -1):
        above = parents[position]
        if above >= 0 and ranks[position] < ranks[above]:
            ranks[above] = ranks[position]
    chosen = np.argsort(np.array(ranks), kind="stable")[:limit]
    return np.sort(chosen)
