"""Compiled loops that run the schedule again. Arrays are indexed by span; see Schedule and Effect.

The work is n log n and nothing is recursive.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.core.compiled import compiled

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@compiled
def dead_time(when: int, lo: int, hi: int, kids: Ints, start: Ints, cover: Ints) -> int:
    """Time up to `when` during which, of a parent's children, only removed ones ran.

    `cover[at]` holds, for the children before place `at`: time without any child, time without
    a kept child, and how far each of the two reaches.
    """
    while lo < hi:
        middle = (lo + hi) >> 1
        if start[kids[middle]] <= when:
            lo = middle + 1
        else:
            hi = middle
    none, unkept, reach, kept = cover[lo, 0], cover[lo, 1], cover[lo, 2], cover[lo, 3]
    return int((unkept + max(0, when - kept)) - (none + max(0, when - reach)))


@compiled
def run_again(
    order: Ints,
    parent: Ints,
    begin: Ints,
    kids: Ints,
    awaited: Bools,
    start: Ints,
    end: Ints,
    join: Ints,
    member_begin: Ints,
    member: Ints,
    overlap: Ints,
    time: Ints,
    scale: Floats,
    removed: Bools,
    gap_scale: Floats,
    by_start: Bools,
) -> tuple[Floats, Floats]:
    """Start and end of every span, in ns after its root's start, after a change (see Effect).

    Bottom up each span's length and its children's starts within it, then top down the times.
    """
    size = parent.size
    length, offset = np.zeros(size, np.float64), np.zeros(size, np.float64)
    done, carried = np.zeros(size, np.float64), np.zeros(size, np.float64)
    cover = np.zeros((kids.size + 1, 4), np.int64)
    for step in range(size - 1, -1, -1):
        p = order[step]
        lo, hi = begin[p], begin[p + 1]
        last, inner, any_removed = start[p], 0.0, False
        for at in range(lo, hi):
            any_removed = any_removed or (removed[kids[at]] and awaited[kids[at]])
        none, unkept, reach, kept = 0, 0, start[p], start[p]
        for at in range(lo, hi):
            k = kids[at]
            j = join[k]
            when = start[p] if j < 0 else time[j]
            gap = float(start[k] - when)
            if any_removed:
                cover[at, 0], cover[at, 1], cover[at, 2], cover[at, 3] = none, unkept, reach, kept
                now = (unkept + max(0, start[k] - kept)) - (none + max(0, start[k] - reach))
                gap -= now - dead_time(when, lo, at, kids, start, cover)
            released, carry = 0.0, 0.0
            if j >= 0:
                for slot in range(member_begin[j], member_begin[j + 1]):
                    one = member[slot]
                    if by_start[k]:
                        released = max(released, offset[one])
                        carry = max(carry, done[one])
                    else:
                        ends = max(0.0, length[one] - scale[one] * overlap[slot])
                        released = max(released, offset[one] + ends, carried[one])
            if removed[k]:
                length[k] = 0.0
            offset[k], carried[k] = released + gap * gap_scale[k], carry
            done[k] = max(offset[k] + length[k], carry)
            if not awaited[k]:
                continue
            inner, last = max(inner, offset[k] + length[k]), max(last, end[k])
            if start[k] > reach:
                none += start[k] - reach
            reach = max(reach, end[k])
            if not removed[k]:
                if start[k] > kept:
                    unkept += start[k] - kept
                kept = max(kept, end[k])
        length[p] = scale[p] * (inner + float(end[p] - last))
    new_start, new_end = np.zeros(size, np.float64), np.zeros(size, np.float64)
    pace = np.ones(size, np.float64)
    for i in order:
        p = parent[i]
        outer = 1.0
        if p >= 0:
            outer = pace[p]
            new_start[i] = new_start[p] + outer * offset[i]
        new_end[i] = new_start[i] + outer * length[i]
        pace[i] = outer * scale[i]
    return new_start, new_end
