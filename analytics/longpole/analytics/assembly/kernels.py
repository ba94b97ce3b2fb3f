"""Compiled walks over the trees of many traces: what a span takes from those around it.

`order` lists parents before children and `parent` is negative for a root, as in a Forest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.core.compiled import compiled

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@compiled
def nearest(order: Ints, parent: Ints, wanted: Bools) -> Ints:
    """The span itself or its nearest ancestor that is wanted; -1: none."""
    found = np.full(parent.size, -1, np.int64)
    for i in order:
        if wanted[i]:
            found[i] = i
        elif parent[i] >= 0:
            found[i] = found[parent[i]]
    return found


@compiled
def nearest_below(order: Ints, parent: Ints, wanted: Bools, barrier: Bools) -> Ints:
    """The nearest wanted ancestor that lies below the nearest barrier; -1: none."""
    found = np.full(parent.size, -1, np.int64)
    for i in order:
        p = parent[i]
        if p >= 0 and not barrier[p]:
            found[i] = p if wanted[p] else found[p]
    return found


@compiled
def own(order: Ints, parent: Ints, claims: Bools, owned: Ints, holds: Bools) -> None:
    """Let the topmost spans that claim usage own it, so that each token has one owner.

    A span that has an owner above it (`owned`: its index, else -1) or below it (`holds`) claims in
    vain. Both are carried on, for spans that claim with less right later.
    """
    for i in order:
        p = parent[i]
        if owned[i] < 0 and p >= 0:
            owned[i] = owned[p]
        if claims[i] and owned[i] < 0 and not holds[i]:
            owned[i] = i
    for k in range(order.size - 1, -1, -1):
        i = order[k]
        if (holds[i] or owned[i] == i) and parent[i] >= 0:
            holds[parent[i]] = True


@compiled
def preorder(order: Ints, parent: Ints) -> tuple[Ints, Ints]:
    """Places of spans such that all spans in one follow it at once; where those end."""
    size = np.ones(parent.size, np.int64)
    for k in range(order.size - 1, -1, -1):
        if parent[order[k]] >= 0:
            size[parent[order[k]]] += size[order[k]]
    place = np.zeros(parent.size, np.int64)
    free = np.zeros(parent.size, np.int64)
    next_root = 0
    for i in order:
        if parent[i] >= 0:
            place[i] = free[parent[i]]
            free[parent[i]] += size[i]
        else:
            place[i] = next_root
            next_root += size[i]
        free[i] = place[i] + 1
    return place, place + size


@compiled
def jumps(order: Ints, parent: Ints, depth: Ints) -> Ints:
    """An ancestor of each span, so far up that any ancestor is few jumps and steps away."""
    jump = np.arange(parent.size)
    for i in order:
        p = parent[i]
        if p >= 0:
            q = jump[p]
            jump[i] = jump[q] if depth[p] - depth[q] == depth[q] - depth[jump[q]] else p
    return jump


@compiled
def meet(parent: Ints, depth: Ints, jump: Ints, a: int, b: int) -> int:
    """The lowest span that both lie in or are; negative: none."""
    if depth[a] < depth[b]:
        a, b = b, a
    while depth[a] > depth[b]:
        a = jump[a] if depth[jump[a]] >= depth[b] else parent[a]
    while a != b:
        if depth[a] == 0:
            return -1
        if jump[a] != jump[b]:
            a, b = jump[a], jump[b]
        else:
            a, b = parent[a], parent[b]
    return a


@compiled
def meet_all(order: Ints, parent: Ints, depth: Ints, a: Ints, b: Ints) -> Ints:
    """The lowest span that each pair lies in or is; negative: none."""
    jump = jumps(order, parent, depth)
    found = np.empty(a.size, np.int64)
    for k in range(a.size):
        found[k] = meet(parent, depth, jump, a[k], b[k])
    return found


@compiled
def main_roots(offsets: Ints, parent: Ints, real: Bools, start: Ints) -> Ints:
    """The root that stands for each trace: the earliest real one, else the earliest."""
    main = np.full(offsets.size - 1, -1, np.int64)
    for t in range(offsets.size - 1):
        for i in range(offsets[t], offsets[t + 1]):
            if parent[i] >= 0:
                continue
            m = main[t]
            earlier = m >= 0 and real[i] == real[m] and start[i] < start[m]
            if m < 0 or earlier or (real[i] and not real[m]):
                main[t] = i
    return main
