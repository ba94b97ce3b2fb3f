"""Compiled loops over trees: who waited for whom, and the backward sweep.

All arrays are indexed by span; see Forest. The work is n log n and nothing is recursive.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.core.compiled import compiled

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

# Compiled code is cached by this file's date, so the numbers it holds are written in this file.
PHASES = (
    "lead", "between", "tail", "self", "prefill", "decode", "queue", "retry", "rate_limit", "edge",
)  # fmt: skip
LEAD, BETWEEN, TAIL, SELF, PREFILL, DECODE, QUEUE, RETRY, RATE_LIMIT, EDGE = range(10)
FLAGS = ("incomplete", "cycle", "duplicate_id", "skew", "clipped", "detached", "clock")
INCOMPLETE, CYCLE, DUPLICATE_ID, SKEW, CLIPPED, DETACHED, CLOCK = 1, 2, 4, 8, 16, 32, 64
EVIDENCE = ("order", "data", "link", "assumed", "clipped", "skew")  # 1 and 2: codes of Edges
ORDER, DATA, LINK, ASSUMED, BY_CLIP, BY_SKEW = range(6)
CLIENT, SERVER, PRODUCER, CONSUMER = 1, 2, 3, 4
AUTO, CLIP, DETACH = 0, 1, 2
LIMIT_NS = 2**63 - 1
FIRST = -(2**63)
SMALL = 12


@compiled
def moved(time: int, shift: int) -> int:
    """time + shift, kept within int64."""
    if shift > 0 and time > LIMIT_NS - shift:
        return LIMIT_NS
    if shift < 0 and time < -LIMIT_NS - shift:
        return -LIMIT_NS
    return time + shift


@compiled
def find_awaited(
    parent: Ints,
    kind: Bytes,
    process: Ints,
    start: Ints,
    end: Ints,
    tolerance: Ints,
    loose: Bools,
    proven: Bytes,
    mode: int,
    flags: Bytes,
) -> Bools:
    """Whether the parent waited for each span; flags those it left, and those that stick out.

    `loose`: known to its parent by a link only. `proven`: something shows that it was used.
    """
    awaited = np.full(parent.size, True)
    for i in range(parent.size):
        p = parent[i]
        if p < 0:
            continue
        left = loose[i] or (kind[i] == CONSUMER and kind[p] == PRODUCER)
        if mode != CLIP and not left and end[i] > moved(end[p], tolerance[p]):
            left = mode == DETACH or (process[i] != 0 and process[i] == process[p])
        if left and not proven[i]:
            awaited[i] = False
            flags[i] |= DETACHED
        elif start[i] < start[p] or end[i] > end[p]:
            flags[i] |= CLIPPED
    return awaited


@compiled
def before(x: int, y: int, late: Ints, early: Ints) -> bool:
    """Whether the sweep meets span x before span y."""
    if late[x] != late[y]:
        return bool(late[x] > late[y])
    if early[x] != early[y]:
        return bool(early[x] < early[y])
    return x < y


@compiled
def sort_latest_first(part: Ints, late: Ints, early: Ints, spare: Ints) -> None:
    """Merge sort in place: by `late` falling, then `early` rising, then id."""
    size = part.size
    for lo in range(0, size, SMALL):
        for i in range(lo + 1, min(lo + SMALL, size)):
            one, at = part[i], i
            while at > lo and before(one, part[at - 1], late, early):
                part[at] = part[at - 1]
                at -= 1
            part[at] = one
    width = SMALL
    while width < size:
        for lo in range(0, size - width, 2 * width):
            middle, hi = lo + width, min(lo + 2 * width, size)
            for i in range(lo, middle):
                spare[i] = part[i]
            left, right, at = lo, middle, lo
            while left < middle:
                if right < hi and before(part[right], spare[left], late, early):
                    part[at] = part[right]
                    right += 1
                else:
                    part[at] = spare[left]
                    left += 1
                at += 1
        width *= 2


@compiled
def sort_children(
    part: Ints, lo: int, hi: int, start: Ints, end: Ints, late: Ints, early: Ints, spare: Ints
) -> None:
    """Order children as the sweep of a parent within [lo, hi] meets them.

    Equal ends: spans of no length first, then the earliest start, then the smallest id.
    """
    for k in part:
        late[k] = min(end[k], hi)
        early[k] = FIRST if start[k] == end[k] else max(start[k], lo)
    sort_latest_first(part, late, early, spare)


@compiled
def order_children(
    begin: Ints, children: Ints, awaited: Bools, start: Ints, end: Ints, late: Ints, early: Ints
) -> Ints:
    """Order all children for the sweep; returns each span's time not covered by awaited ones."""
    self_ns = end - start
    spare = np.empty(children.size, np.int64)
    for i in range(begin.size - 1):
        if begin[i] == begin[i + 1]:
            continue
        part = children[begin[i] : begin[i + 1]]
        sort_children(part, start[i], end[i], start, end, late, early, spare)
        edge = end[i]
        for k in part:
            lo, hi = max(start[k], start[i]), min(end[k], edge)
            if awaited[k] and lo < hi:
                self_ns[i] -= hi - lo
                edge = lo
    return self_ns


@compiled
def is_outside(s: int, e: int, lo: int, hi: int, now: int, mode: int) -> bool:
    """Whether nothing of a child from s to e is left within [lo, now] of a parent up to hi."""
    k_lo, k_hi = max(s, lo), min(e, now)
    return bool(k_hi < k_lo or (k_hi == k_lo and s < e) or (mode == CLIP and s >= hi))


@compiled
def find_proven(
    c: int,
    now: int,
    lo: int,
    hi: int,
    e_max: int,
    edges: tuple[Ints, Ints, Ints, Ints, Ints, Bytes],
    awaited: Bools,
    used: Bools,
    start: Ints,
    end: Ints,
    mode: int,
) -> tuple[int, int]:
    """The last ending of those that sibling c, starting at `now`, provably waited for, or -1.

    Also the number of the edge that says so. A source that was still at work counts where what it
    gave was there already: it ended before, or its user began while it ran (it streams).
    """
    first, edge, above, source, target, code = edges
    best, why = -1, -1
    for at in range(first[c], first[c + 1]):
        e = edge[at]
        k = above[e]
        if not awaited[k] or used[k] or is_outside(start[k], end[k], lo, hi, now, mode):
            continue
        s, t = source[e], target[e]
        if min(end[k], hi) - now > e_max and not (
            start[s] <= now and (end[s] <= now or start[t] < end[s])
        ):
            continue
        if best == k:
            why = e if code[e] < code[why] else why
        elif best < 0 or end[k] > end[best] or (end[k] == end[best] and k < best):
            best, why = k, e
    return best, why


@compiled
def sweep(
    parent: Ints,
    begin: Ints,
    children: Ints,
    awaited: Bools,
    start: Ints,
    end: Ints,
    tolerance: Ints,
    release: Ints,
    edges: tuple[Ints, Ints, Ints, Ints, Ints, Bytes],
    by_parent: Bytes,
    mode: int,
    late: Ints,
    early: Ints,
) -> tuple[Ints, Ints, Ints, Bytes, Bytes, Ints, Bools]:
    """Walk back from the end of every root; returns span, start, end, phase of each section.

    Each span on the path is swept within its floor and ceiling: its own times, clipped to its
    parent's. `release`: from when on a span may have let its successor start. The others are for
    each span: what shows that it was waited for, the sibling that it, or what came after that,
    provably waited for (-1: none), and whether it is on the path, be it without time of its own.
    `late` and `early` are scratch; the order of `children` changes below a span that was clipped.
    """
    size = parent.size
    span, starts = np.empty(2 * size, np.int64), np.empty(2 * size, np.int64)
    ends, phase = np.empty(2 * size, np.int64), np.empty(2 * size, np.uint8)
    hop = np.zeros(size, np.uint8)
    spare, stack = np.empty(children.size, np.int64), np.empty(size, np.int64)
    floor, ceiling, cursor = start.copy(), end.copy(), end.copy()
    following, used = begin[:-1].copy(), np.zeros(size, np.bool_)
    passed, successor = np.zeros(size, np.bool_), np.full(size, -1, np.int64)
    bound, why = np.full(size, -1, np.int64), np.full(size, -1, np.int64)
    first, code = edges[0], edges[5]
    n = 0
    for root in range(size):
        if parent[root] >= 0:
            continue
        stack[0], used[root] = root, True
        height = 1
        while height:
            i = stack[height - 1]
            lo, now, hi, child, c = floor[i], cursor[i], ceiling[i], -1, successor[i]
            e_max, q = tolerance[i], -1
            if c >= 0:
                q = bound[c]
                if first[c] < first[c + 1]:
                    found, e = find_proven(
                        c, now, lo, hi, e_max, edges, awaited, used, start, end, mode
                    )
                    if found >= 0:
                        q, bound[c], why[c] = found, found, e
            if q >= 0 and (used[q] or is_outside(start[q], end[q], lo, hi, now, mode)):
                q, bound[c] = -1, -1
            q_end = min(end[q], hi) if q >= 0 else lo
            if q >= 0 and (passed[q] or q_end - now > e_max):
                child = q
            while child < 0 and following[i] < begin[i + 1]:
                k = children[following[i]]
                following[i] += 1
                passed[k] = True
                if not awaited[k] or used[k]:
                    continue
                if is_outside(start[k], end[k], lo, hi, now, mode):
                    continue
                if min(end[k], hi) - now > e_max and (c < 0 or release[k] > now):
                    continue
                if k != q and q >= 0 and q_end - max(start[k], lo) > e_max:
                    continue
                child = k
            if child >= 0:
                floor[child], ceiling[child] = max(start[child], lo), min(end[child], now)
                cursor[child], used[child] = ceiling[child], True
                hop[child] = ORDER if c >= 0 and end[child] <= now else ASSUMED
                if child == q:
                    hop[child] = code[why[c]]
                elif q >= 0:
                    bound[child], why[child] = q, why[c]
                elif c < 0 and by_parent[child]:
                    hop[child] = by_parent[child]
                if ceiling[child] < now:
                    gap = BETWEEN if c >= 0 else TAIL
                    span[n], starts[n], ends[n], phase[n] = i, ceiling[child], now, gap
                    n += 1
                successor[i], cursor[i] = child, floor[child]
                stack[height] = child
                height += 1
                if floor[child] > start[child] or ceiling[child] < end[child]:
                    part = children[begin[child] : begin[child + 1]]
                    lo, now = floor[child], ceiling[child]
                    sort_children(part, lo, now, start, end, late, early, spare)
                continue
            height -= 1
            if c < 0 or lo < now:
                gap = LEAD if c >= 0 else SELF
                span[n], starts[n], ends[n], phase[n] = i, lo, now, gap
                n += 1
    return span[:n], starts[:n], ends[:n], phase[:n], hop, bound, used


@compiled
def sum_by_span(span: Ints, starts: Ints, ends: Ints, size: int) -> Ints:
    """Total length of the sections of each span."""
    total = np.zeros(size, np.int64)
    for section in range(span.size):
        total[span[section]] += ends[section] - starts[section]
    return total
