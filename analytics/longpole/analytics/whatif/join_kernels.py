"""Compiled loops that find out what released each span.

All arrays are indexed by span; see Forest. `kids` lists children as forest.children does, but each
parent's by start. The work is n log n and nothing is recursive.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.core.compiled import compiled

Bools = NDArray[np.bool_]

LIFTED = 64  # how far up the ends of an edge are looked for siblings, so that deep trees stay fast


@compiled
def clip_to_parents(order: Ints, parent: Ints, start: Ints, end: Ints, awaited: Bools) -> None:
    """Cut awaited spans to their parents, in place; one wholly outside is not awaited."""
    for i in order:
        p = parent[i]
        if p < 0 or not awaited[i]:
            continue
        lo, hi = max(start[i], start[p]), min(end[i], end[p])
        if hi < lo or (hi == lo and start[i] < end[i]):
            awaited[i] = False
        else:
            start[i], end[i] = lo, hi


@compiled
def lift_edges(begin: Ints, source: Ints, parent: Ints, depth: Ints) -> tuple[Ints, Ints, int]:
    """Each edge as one between siblings: the ancestors of its ends below a common parent.

    Returns (waiter, source, count); edges without such a pair are left out.
    """
    waiter, before = np.empty(source.size, np.int64), np.empty(source.size, np.int64)
    n = 0
    for i in range(begin.size - 1):
        for edge in range(begin[i], begin[i + 1]):
            a, b, steps = i, source[edge], 0
            while parent[a] != parent[b] and a >= 0 and b >= 0 and steps < LIFTED:
                if depth[a] >= depth[b]:
                    a = parent[a]
                else:
                    b = parent[b]
                steps += 1
                if a < 0 or b < 0:
                    break
            if a < 0 or b < 0 or a == b or parent[a] != parent[b] or parent[a] < 0:
                continue
            waiter[n], before[n] = a, b
            n += 1
    return waiter, before, n


@compiled
def push(heap: Ints, size: int, span: int, end: Ints) -> None:
    """Add a span to a heap whose top ends first."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if end[heap[above]] <= end[span]:
            break
        heap[at] = heap[above]
        at = above
    heap[at] = span


@compiled
def pop(heap: Ints, size: int, end: Ints) -> int:
    """Take the span that ends first; `size` counts it."""
    top, last, at = heap[0], heap[size - 1], 0
    while True:
        below = 2 * at + 1
        if below >= size - 1:
            break
        if below + 1 < size - 1 and end[heap[below + 1]] < end[heap[below]]:
            below += 1
        if end[last] <= end[heap[below]]:
            break
        heap[at] = heap[below]
        at = below
    heap[at] = last
    return int(top)


@compiled
def find_joins(
    begin: Ints,
    kids: Ints,
    awaited: Bools,
    start: Ints,
    end: Ints,
    tolerance: Ints,
    proven_begin: Ints,
    proven: Ints,
) -> tuple[Ints, Ints, Ints, Ints, Ints, Bools]:
    """What released each span: a join of siblings that had ended, or (-1) its parent's start.

    Returns (join of span, member_begin, member, overlap, time, is_proven); the members of join j
    are member[member_begin[j]:member_begin[j + 1]], overlap is how far each outlasted `time[j]`.

    Children are met by start. Those that have ended since the last join and that nobody has waited
    for form the next one; who starts when nothing has ended since shares the last one. A child with
    proven sources waits for these and for what began after them, and for no other.
    """
    size = kids.size
    join = np.full(begin.size - 1, -1, np.int64)
    room = 2 * size + proven.size + 1
    member_begin, member = np.zeros(2 * size + 2, np.int64), np.empty(room, np.int64)
    overlap, time = np.zeros(room, np.int64), np.zeros(2 * size + 1, np.int64)
    is_proven = np.zeros(2 * size + 1, np.bool_)
    heap, fresh = np.empty(size + 1, np.int64), np.empty(size + 1, np.int64)
    stale = np.empty(size + 1, np.int64)
    met, used = np.full(begin.size - 1, -1, np.int64), np.zeros(begin.size - 1, np.bool_)
    named = np.full(begin.size - 1, -1, np.int64)
    joins, members = 0, 0
    for p in range(begin.size - 1):
        running, ended, passed, current = 0, 0, 0, -1
        for at in range(begin[p], begin[p + 1]):
            k = kids[at]
            limit = start[k] + tolerance[p]
            while running and end[heap[0]] <= limit:
                fresh[ended] = pop(heap, running, end)
                running -= 1
                ended += 1
            first, after = members, start[p]
            for edge in range(proven_begin[k], proven_begin[k + 1]):
                one = proven[edge]
                if met[one] != p or end[one] > limit or not awaited[one]:
                    continue
                member[members], named[one] = one, k
                members += 1
                after = max(after, end[one])
            waits = members > first
            if not awaited[k]:
                members = first
                if ended:
                    member[members] = fresh[ended - 1]
                    members += 1
            elif waits:
                for slot in range(ended):
                    one = fresh[slot]
                    if named[one] == k:
                        continue
                    if start[one] >= after - tolerance[p]:
                        member[members] = one
                        members += 1
                    else:
                        stale[passed] = one
                        passed += 1
                ended = 0
            elif ended or passed:
                for slot in range(ended):
                    member[members] = fresh[slot]
                    members += 1
                for slot in range(passed):
                    if not used[stale[slot]]:
                        member[members] = stale[slot]
                        members += 1
                ended, passed = 0, 0
            if members > first:
                last = start[p]
                for slot in range(first, members):
                    last = max(last, end[member[slot]])
                last = min(last, start[k])
                for slot in range(first, members):
                    used[member[slot]] = used[member[slot]] or awaited[k]
                    overlap[slot] = max(0, end[member[slot]] - last)
                time[joins], is_proven[joins] = last, waits and awaited[k]
                join[k] = joins
                joins += 1
                member_begin[joins] = members
                if awaited[k]:
                    current = join[k]
            else:
                join[k] = current
            met[k] = p
            if awaited[k]:
                push(heap, running, k, end)
                running += 1
    return (
        join, member_begin[: joins + 1], member[:members], overlap[:members],
        time[:joins], is_proven[:joins],
    )  # fmt: skip
