"""Compiled loops that bring proven edges to the level at which the sweep chooses among siblings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.core.compiled import compiled

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]


@compiled
def jump_up(order: Ints, parent: Ints, depth: Ints) -> Ints:
    """For each span an ancestor far above, so that any ancestor is log n jumps away."""
    jump = np.arange(parent.size)
    for i in order:
        p = parent[i]
        if p >= 0:
            far = jump[jump[p]]
            jump[i] = far if depth[p] - depth[jump[p]] == depth[jump[p]] - depth[far] else p
    return jump


@compiled
def ancestor(i: int, level: int, parent: Ints, depth: Ints, jump: Ints) -> int:
    """The ancestor of span i at depth `level`."""
    while depth[i] > level:
        i = jump[i] if depth[jump[i]] >= level else parent[i]
    return i


@compiled
def lift_edges(
    order: Ints, parent: Ints, depth: Ints, root: Ints, edge_begin: Ints, source: Ints, code: Bytes
) -> tuple[Ints, Ints, Bytes, Bytes]:
    """Each edge between the two siblings above its ends, and who is proven to be awaited.

    Returns the sibling above the target and the one above the source, -1 where the source is below
    the target or the two have no tree in common; for each span the evidence that its parent used
    it or what is below it (0: none), and that its parent itself did.
    """
    jump = jump_up(order, parent, depth)
    targets, sources = np.full(source.size, -1, np.int64), np.full(source.size, -1, np.int64)
    used, by_parent = np.zeros(parent.size, np.int64), np.zeros(parent.size, np.uint8)
    for i in range(parent.size):
        for e in range(edge_begin[i], edge_begin[i + 1]):
            j = source[e]
            if i == j or root[i] != root[j]:
                continue
            a, b = i, j
            if depth[a] > depth[b]:
                a = ancestor(a, depth[b], parent, depth, jump)
            elif depth[b] > depth[a]:
                b = ancestor(b, depth[a], parent, depth, jump)
            if a == j:
                continue
            if a == i and b == i:
                top = ancestor(j, depth[i] + 1, parent, depth, jump)
                used[j] += 1
                used[i] -= 1
                if by_parent[top] == 0 or code[e] < by_parent[top]:
                    by_parent[top] = code[e]
                continue
            while parent[a] != parent[b]:
                if jump[a] != jump[b]:
                    a, b = jump[a], jump[b]
                else:
                    a, b = parent[a], parent[b]
            targets[e], sources[e] = a, b
            used[j] += 1
            used[parent[b]] -= 1
    proven = np.zeros(parent.size, np.uint8)
    for at in range(order.size - 1, -1, -1):
        i = order[at]
        if parent[i] >= 0:
            proven[i] = used[i] > 0
            used[parent[i]] += used[i]
    return targets, sources, proven, by_parent


@compiled
def by_target(targets: Ints, size: int) -> tuple[Ints, Ints]:
    """Edges grouped by their target: those of span i are edge[begin[i]:begin[i + 1]]."""
    begin = np.zeros(size + 1, np.int64)
    for target in targets:
        if target >= 0:
            begin[target + 1] += 1
    begin = np.cumsum(begin)
    place = begin[:-1].copy()
    edge = np.empty(begin[-1], np.int64)
    for e in range(targets.size):
        if targets[e] >= 0:
            edge[place[targets[e]]] = e
            place[targets[e]] += 1
    return begin, edge
