"""Compiled: sequences of steps, with repeats that follow each other folded into loops.

Items are pushed on a stack; an item is a step, or a loop, whose body is a run of items. After each
push the top is folded as long as it can be: two equal runs that follow each other become a loop,
and a run that follows a loop of it joins that loop. Equality does not look at whether an item is
repeated. Each fold makes the stack shorter, so the work is linear in the sequence, times the square
of the longest body that is looked for. No top of what stays can be folded, so that folding what was
folded changes nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.core.compiled import compiled

Ints = NDArray[np.int64]

# Compiled code is cached by this file's date, so the numbers it holds are written in this file.
LONGEST_BODY = 16
MOST_STEPS = 48
OPEN, CLOSE, PLUS, NEXT, MORE = -1, -2, -3, -4, -5
# Columns of a cell: the step, or a hash of the body below zero; where the body is; its length; 1 if
# it is repeated.
CODE, FIRST, SIZE, AGAIN = 0, 1, 2, 3


@compiled
def same(cells: Ints, a: int, b: int, length: int) -> bool:
    """Whether two runs of items are the same steps."""
    for k in range(length):  # noqa: SIM110 - numba compiles no generator
        if cells[a + k, CODE] != cells[b + k, CODE]:
            return False
    return True


@compiled
def join(cells: Ints, to: int, other: int, length: int) -> None:
    """What is repeated in either run is repeated in the first."""
    for k in range(length):
        cells[to + k, AGAIN] |= cells[other + k, AGAIN]


@compiled
def body_code(cells: Ints, at: int, length: int) -> int:
    """A hash of a run, below every code of a step."""
    mixed = 1_469_598_103_934_665_603 + length
    for k in range(length):
        mixed = (mixed ^ cells[at + k, CODE]) * 1_099_511_628_211
        mixed ^= mixed >> 29
    return -2 - (mixed & 0x3FFFFFFFFFFFFFFF)


@compiled
def fold_top(cells: Ints, top: int, used: int) -> tuple[int, int]:
    """Fold the top once; returns the new top and the new end of the bodies. Same: nothing to do."""
    if top > 1 and cells[top - 2, SIZE]:
        # One more of the step that a loop ends with: (a>b)+>b is (a>b+)+.
        last = cells[top - 2, FIRST] + cells[top - 2, SIZE] - 1
        if cells[last, CODE] == cells[top - 1, CODE]:
            cells[last, AGAIN] = 1
            return top - 1, used
    for length in range(1, LONGEST_BODY + 1):
        start = top - length
        if start < 1:
            break
        before = start - 1
        if cells[before, SIZE] == length and same(cells, cells[before, FIRST], start, length):
            join(cells, cells[before, FIRST], start, length)
            return start, used
        at = start - length
        if at < 0 or not same(cells, at, start, length):
            continue
        join(cells, at, start, length)
        if length > 1:
            cells[used : used + length] = cells[at:start]
            cells[at, CODE] = body_code(cells, at, length)
            cells[at, FIRST], cells[at, SIZE] = used, length
            used += length
        cells[at, AGAIN] = 1
        return at + 1, used
    return top, used


@compiled
def fold(steps: Ints) -> tuple[Ints, int]:
    """The cells of a sequence of steps (none below zero), and how many of them are the result."""
    cells = np.zeros((2 * steps.size + LONGEST_BODY, 4), np.int64)
    top, used = 0, steps.size
    for step in steps:
        cells[top, CODE], cells[top, FIRST] = step, 0
        cells[top, SIZE], cells[top, AGAIN] = 0, 0
        top += 1
        folded, used = fold_top(cells, top, used)
        while folded != top:
            top = folded
            folded, used = fold_top(cells, top, used)
    return cells, top


@compiled
def write(cells: Ints, top: int, out: Ints, free: int) -> int:
    """Write a result as tokens into `out` from `free` on; returns the new end.

    A token is a step or one of OPEN, CLOSE, PLUS, NEXT, MORE; after MOST_STEPS steps comes MORE.
    """
    at, end = np.zeros(64, np.int64), np.zeros(64, np.int64)
    depth, steps = 0, 0
    end[0] = top
    while depth >= 0:
        if at[depth] == end[depth]:
            depth -= 1
            if depth >= 0:
                out[free], out[free + 1] = CLOSE, PLUS
                free += 2
            continue
        cell = at[depth]
        at[depth] += 1
        if free > 0 and out[free - 1] != OPEN and steps > 0:
            out[free] = NEXT
            free += 1
        if steps == MOST_STEPS or depth == 62:
            out[free] = MORE
            return free + 1
        if cells[cell, SIZE]:
            out[free] = OPEN
            free += 1
            depth += 1
            at[depth] = cells[cell, FIRST]
            end[depth] = at[depth] + cells[cell, SIZE]
            continue
        steps += 1
        out[free] = cells[cell, CODE]
        free += 1
        if cells[cell, AGAIN]:
            out[free] = PLUS
            free += 1
    return free


@compiled
def fold_all(begin: Ints, steps: Ints) -> tuple[Ints, Ints]:
    """Fold `steps[begin[i]:begin[i + 1]]` for each i: where tokens begin, and tokens."""
    most = MOST_STEPS * 4 + 200
    lengths = np.minimum(np.diff(begin) * 6 + 2, most)
    out = np.zeros(lengths.sum() + 2, np.int64)
    ends = np.zeros(begin.size, np.int64)
    free = 0
    for i in range(begin.size - 1):
        cells, top = fold(steps[begin[i] : begin[i + 1]])
        free = write(cells, top, out, free)
        ends[i + 1] = free
    return ends, out[:free]
