"""The compiled loop that moves spans of a clock that was off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.core.compiled import compiled

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]

# Compiled code is cached by this file's date, so the numbers it holds are written in this file.
CLIENT, SERVER, PRODUCER = 1, 2, 3
SKEW = 8
MAX_SKEW_NS = 10**9
LIMIT_NS = 2**63 - 1


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
    order: Ints,
    parent: Ints,
    kind: Bytes,
    process: Ints,
    offset: Ints,
    known: Bools,
    start: Ints,
    end: Ints,
    flags: Bytes,
) -> None:
    """Move the spans of a server whose clock was off, each with all below it, in place.

    Where the `offset` (ns) of its pair of clocks is `known` it holds, and nothing else is done.
    Else a server's span that sticks out of its client's moves to the middle of it.
    """
    shift = np.zeros(start.size, np.int64)
    for i in order:
        p = parent[i]
        if p < 0:
            continue
        by = offset[i] if known[i] else 0
        shift[i] = shift[p] + by
        if shift[i]:
            start[i], end[i] = moved(start[i], shift[i]), moved(end[i], shift[i])
        if by:
            flags[i] |= SKEW
        if known[i] or kind[i] != SERVER or (kind[p] != CLIENT and kind[p] != PRODUCER):
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
