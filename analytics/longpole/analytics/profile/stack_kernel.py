"""Compiled: numbers the different stacks of labels in trees of spans."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.core.compiled import compiled

Ints = NDArray[np.int64]

# Compiled code is cached by this file's date, so the number it holds is written in this file.
LEVELS = 16


@compiled
def find_stacks(order: Ints, parent: Ints, label: Ints) -> tuple[Ints, Ints]:
    """The number of each span's stack, and [stack, level] labels from the root down, -1 below."""
    # The entry says what the types are; no span has it.
    known = {(np.int64(-2), np.int64(-2)): np.int64(-1)}
    stack, depth = np.zeros(parent.size, np.int64), np.zeros(parent.size, np.int64)
    above, last = np.zeros(parent.size, np.int64), np.zeros(parent.size, np.int64)
    count = 0
    for i in order:
        over = stack[parent[i]] if parent[i] >= 0 else np.int64(-1)
        if over >= 0 and (last[over] == label[i] or depth[over] == LEVELS):
            stack[i] = over
            continue
        key = (over, label[i])
        if key not in known:
            known[key] = np.int64(count)
            above[count], last[count] = over, label[i]
            depth[count] = depth[over] + 1 if over >= 0 else 1
            count += 1
        stack[i] = known[key]
    levels = np.full((count, LEVELS), -1, np.int64)
    for s in range(count):
        if above[s] >= 0:
            levels[s] = levels[above[s]]
        levels[s, depth[s] - 1] = last[s]
    return stack, levels
