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
def choose_owners(order: Ints, parent: Ints, calls: Bools, others: Bools) -> Bools:
    """Which spans' usage enters totals, so that each token has one owner.

    Of nested `calls` the topmost. Then, of nested `others`, the topmost among those that have no
    owner above or below.
    """
    owner = np.zeros(parent.size, np.bool_)
    owned = np.zeros(parent.size, np.bool_)
    holds = np.zeros(parent.size, np.bool_)
    for i in order:
        above = parent[i] >= 0 and owned[parent[i]]
        owner[i] = calls[i] and not above
        owned[i] = owner[i] or above
    for k in range(order.size - 1, -1, -1):
        i = order[k]
        holds[i] = holds[i] or owner[i]
        if holds[i] and parent[i] >= 0:
            holds[parent[i]] = True
    for i in order:
        above = parent[i] >= 0 and owned[parent[i]]
        owned[i] = owned[i] or above
        if others[i] and not owned[i] and not holds[i]:
            owner[i] = True
            owned[i] = True
    return owner


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
