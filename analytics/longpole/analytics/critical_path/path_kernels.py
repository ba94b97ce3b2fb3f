"""Compiled loops over trees: clock skew, who waited for whom, and the backward sweep.

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
CLIENT, SERVER, PRODUCER, CONSUMER = 1, 2, 3, 4
MAX_SKEW_NS = 10**9
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
def correct_skew(
    order: Ints, parent: Ints, kind: Bytes, process: Ints, start: Ints, end: Ints, flags: Bytes
) -> None:
    """Move a server's span that sticks out of its client's to the middle of it, with all below."""
    shift = np.zeros(start.size, np.int64)
    for i in order:
        p = parent[i]
        if p < 0:
            continue
        if shift[p]:
            shift[i] = shift[p]
            start[i], end[i] = moved(start[i], shift[p]), moved(end[i], shift[p])
        if kind[i] != SERVER or (kind[p] != CLIENT and kind[p] != PRODUCER):
            continue
        if process[i] == 0 or process[p] == 0 or process[i] == process[p]:
            continue
        spare = (end[p] - start[p]) - (end[i] - start[i])
        if spare < 0 or (start[i] >= start[p] and end[i] <= end[p]):
            continue
        middle = start[p] + spare // 2
        if middle > moved(start[i], MAX_SKEW_NS) or middle < moved(start[i], -MAX_SKEW_NS):
            continue
        own = middle - start[i]
        shift[i] += own
        start[i], end[i] = start[i] + own, end[i] + own
        flags[i] |= SKEW


@compiled
def find_awaited(
    parent: Ints, kind: Bytes, process: Ints, start: Ints, end: Ints, tolerance: Ints, flags: Bytes
) -> Bools:
    """Whether the parent waited for each span; flags those that stick out of their parent."""
    awaited = np.full(parent.size, True)
    for i in range(parent.size):
        p = parent[i]
        if p < 0:
            continue
        if kind[i] == CONSUMER and kind[p] == PRODUCER:
            awaited[i] = False
        elif process[i] != 0 and process[i] == process[p] and end[i] > moved(end[p], tolerance[p]):
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
def sweep(
    parent: Ints,
    begin: Ints,
    children: Ints,
    awaited: Bools,
    start: Ints,
    end: Ints,
    tolerance: Ints,
    late: Ints,
    early: Ints,
) -> tuple[Ints, Ints, Ints, Bytes]:
    """Walk back from the end of every root; returns span, start, end, phase of each section.

    Each span on the path is swept within its floor and ceiling: its own times, clipped to its
    parent's. `late` and `early` are scratch; the order of `children` changes below a span that had
    to be clipped.
    """
    size = parent.size
    span, starts = np.empty(2 * size, np.int64), np.empty(2 * size, np.int64)
    ends, phase = np.empty(2 * size, np.int64), np.empty(2 * size, np.uint8)
    spare, stack = np.empty(children.size, np.int64), np.empty(size, np.int64)
    floor, ceiling, cursor = start.copy(), end.copy(), end.copy()
    following, taken = begin[:-1].copy(), np.zeros(size, np.bool_)
    n = 0
    for root in range(size):
        if parent[root] >= 0:
            continue
        stack[0] = root
        height = 1
        while height:
            i = stack[height - 1]
            lo, now, child = floor[i], cursor[i], -1
            while child < 0 and following[i] < begin[i + 1]:
                k = children[following[i]]
                following[i] += 1
                k_lo, k_hi = max(start[k], lo), min(end[k], now)
                outside = k_hi < k_lo or (k_hi == k_lo and start[k] < end[k])
                parallel = min(end[k], ceiling[i]) - now > tolerance[i]
                if awaited[k] and not outside and not parallel:
                    child = k
                    floor[k], ceiling[k], cursor[k] = k_lo, k_hi, k_hi
            if child >= 0:
                if ceiling[child] < now:
                    gap = BETWEEN if taken[i] else TAIL
                    span[n], starts[n], ends[n], phase[n] = i, ceiling[child], now, gap
                    n += 1
                taken[i], cursor[i] = True, floor[child]
                stack[height] = child
                height += 1
                if floor[child] > start[child] or ceiling[child] < end[child]:
                    part = children[begin[child] : begin[child + 1]]
                    lo, now = floor[child], ceiling[child]
                    sort_children(part, lo, now, start, end, late, early, spare)
                continue
            height -= 1
            if not taken[i] or lo < now:
                gap = LEAD if taken[i] else SELF
                span[n], starts[n], ends[n], phase[n] = i, lo, now, gap
                n += 1
    return span[:n], starts[:n], ends[:n], phase[:n]


@compiled
def sum_by_span(span: Ints, starts: Ints, ends: Ints, size: int) -> Ints:
    """Total length of the sections of each span."""
    total = np.zeros(size, np.int64)
    for section in range(span.size):
        total[span[section]] += ends[section] - starts[section]
    return total
