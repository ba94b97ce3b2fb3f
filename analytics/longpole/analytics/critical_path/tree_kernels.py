"""Compiled loops that turn a table of spans into trees. All spans are in (trace, id) order, so that
an index stands for an id and the smaller index is the smaller id. Nothing here is recursive."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longpole.core.compiled import compiled

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

NO_PARENT = -1
MISSING_PARENT = -2
SMALL = 12


@compiled
def parse_hex(text: NDArray[np.uint8]) -> tuple[Keys, bool]:
    """Rows of 16 hexadecimal digits as numbers that order the same way; False: not such rows."""
    keys = np.zeros(text.shape[0], np.uint64)
    for i in range(text.shape[0]):
        key = np.uint64(0)
        for byte in text[i]:
            if 48 <= byte <= 57:
                digit = np.uint64(byte - 48)
            elif 97 <= byte <= 102:
                digit = np.uint64(byte - 87)
            else:
                return keys, False
            key = (key << np.uint64(4)) | digit
        keys[i] = key
    return keys, True


@compiled
def group_by_trace(trace: NDArray[Any], traces: int) -> tuple[Ints, Ints]:
    """Input rows trace by trace (counting sort), and where each trace begins."""
    offsets = np.zeros(traces + 1, np.int64)
    for code in trace:
        offsets[code + 1] += 1
    offsets = np.cumsum(offsets)
    place = offsets[:-1].copy()
    rows = np.empty(trace.size, np.int64)
    for row in range(trace.size):
        code = trace[row]
        rows[place[code]] = row
        place[code] += 1
    return rows, offsets


@compiled
def merge_sort(part: Ints, key: Keys, spare: Ints, spare_key: Keys) -> None:
    """Order rows by their keys, both in place; numpy's own sort takes seconds to compile."""
    size = part.size
    for lo in range(0, size, SMALL):
        for i in range(lo + 1, min(lo + SMALL, size)):
            row, one, at = part[i], key[i], i
            while at > lo and one < key[at - 1]:
                part[at], key[at] = part[at - 1], key[at - 1]
                at -= 1
            part[at], key[at] = row, one
    width = SMALL
    while width < size:
        for lo in range(0, size - width, 2 * width):
            middle, hi = lo + width, min(lo + 2 * width, size)
            if key[middle - 1] <= key[middle]:
                continue
            for i in range(lo, middle):
                spare[i], spare_key[i] = part[i], key[i]
            left, right, at = lo, middle, lo
            while left < middle:
                if right < hi and key[right] < spare_key[left]:
                    part[at], key[at] = part[right], key[right]
                    right += 1
                else:
                    part[at], key[at] = spare[left], spare_key[left]
                    left += 1
                at += 1
        width *= 2


@compiled
def sort_by_key(rows: Ints, offsets: Ints, key: Keys) -> int:
    """Order the rows of each trace by span id, in place; returns how many ids come twice."""
    twice, most = 0, 0
    for t in range(offsets.size - 1):
        most = max(most, offsets[t + 1] - offsets[t])
    spare, own = np.empty(most, np.int64), np.empty(most, np.uint64)
    spare_key = np.empty(most, np.uint64)
    for t in range(offsets.size - 1):
        part = rows[offsets[t] : offsets[t + 1]]
        near = own[: part.size]  # rows lie far apart
        for i in range(part.size):
            near[i] = key[part[i]]
        merge_sort(part, near, spare, spare_key)
        for i in range(1, part.size):
            if near[i] == near[i - 1]:
                twice += 1
    return twice


@compiled
def find_parents(offsets: Ints, key: Keys, parent_key: Keys, has_parent: NDArray[np.bool_]) -> Ints:
    """Index of each span's parent in its own trace, NO_PARENT or MISSING_PARENT."""
    parent = np.full(key.size, NO_PARENT, np.int64)
    for t in range(offsets.size - 1):
        for i in range(offsets[t], offsets[t + 1]):
            if not has_parent[i]:
                continue
            lo, hi, wanted = offsets[t], offsets[t + 1], parent_key[i]
            while lo < hi:
                middle = (lo + hi) >> 1
                if key[middle] < wanted:
                    lo = middle + 1
                else:
                    hi = middle
            found = lo < offsets[t + 1] and key[lo] == wanted
            parent[i] = lo if found else MISSING_PARENT
    return parent


@compiled
def cut_cycles(parent: Ints, start: Ints, loose: NDArray[np.bool_], links_only: bool) -> Ints:
    """Make the earliest span of each cycle a root, in place; returns those spans.

    `links_only`: the earliest of those that hang on their parent by a link.
    """
    seen = np.zeros(parent.size, np.int64)  # 0: not yet; else the number of the walk, from 1
    cut = np.empty(parent.size, np.int64)
    cuts = 0
    for first in range(parent.size):
        i = first
        while i >= 0 and seen[i] == 0:
            seen[i] = first + 1
            i = parent[i]
        if i < 0 or seen[i] != first + 1:
            continue
        earliest, at = -1, i
        while True:
            earlier = earliest < 0 or start[at] < start[earliest]
            earlier = earlier or (start[at] == start[earliest] and at < earliest)
            if earlier and (loose[at] or not links_only):
                earliest = at
            at = parent[at]
            if at == i:
                break
        parent[earliest] = NO_PARENT
        cut[cuts] = earliest
        cuts += 1
    return cut[:cuts]


@compiled
def list_children(parent: Ints) -> tuple[Ints, Ints]:
    """The children of span i are children[begin[i]:begin[i + 1]], by id."""
    begin = np.zeros(parent.size + 1, np.int64)
    for i in range(parent.size):
        if parent[i] >= 0:
            begin[parent[i] + 1] += 1
    begin = np.cumsum(begin)
    place = begin[:-1].copy()
    children = np.empty(begin[-1], np.int64)
    for i in range(parent.size):
        if parent[i] >= 0:
            children[place[parent[i]]] = i
            place[parent[i]] += 1
    return begin, children


@compiled
def walk_down(offsets: Ints, parent: Ints, begin: Ints, children: Ints) -> tuple[Ints, Ints, Ints]:
    """Spans with parents before children, trace by trace; the depth and the root of each span."""
    order = np.empty(parent.size, np.int64)
    depth = np.zeros(parent.size, np.int64)
    root = np.arange(parent.size)
    for t in range(offsets.size - 1):
        filled = offsets[t]
        for i in range(offsets[t], offsets[t + 1]):
            if parent[i] < 0:
                order[filled] = i
                filled += 1
        for taken in range(offsets[t], offsets[t + 1]):
            i = order[taken]
            for child in children[begin[i] : begin[i + 1]]:
                order[filled] = child
                depth[child] = depth[i] + 1
                root[child] = root[i]
                filled += 1
    return order, depth, root
