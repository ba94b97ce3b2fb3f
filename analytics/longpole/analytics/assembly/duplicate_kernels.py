"""Compiled search for model calls that several spans, which are not nested, report.

Reports lie in buckets (`offsets`), ordered by start within each. `call` is the span that owns a
report; equal calls are joined in `joined`, a forest of union and find over spans. `dialect` is one
bit for each instrumentation, `seen` those that report a call already: an instrumentation reports a
call once, so two reports of one instrumentation are two calls.
"""

from __future__ import annotations

import numpy as np

from longpole.analytics.assembly.kernels import Bools, Ints
from longpole.core.compiled import compiled

# Reports that a report is held against, the last ones before it; bounds the work on any input.
LOOK_BACK = 64
SLACK_NS = 20_000_000
SLACK_SHARE = 0.1


@compiled
def _first(joined: Ints, i: int) -> int:
    while joined[i] != i:
        joined[i] = joined[joined[i]]
        i = joined[i]
    return int(i)


@compiled
def _shared(start: Ints, end: Ints, i: int, j: int) -> np.int64:
    shared: np.int64 = min(end[i], end[j]) - max(start[i], start[j])
    return shared


@compiled
def join_by_id(
    offsets: Ints,
    start: Ints,
    end: Ints,
    dialect: Ints,
    service: Ints,
    fetches: Bools,
    call: Ints,
    joined: Ints,
) -> None:
    """Join calls whose reports carry one response id (a bucket each).

    Ids repeat: stand-in servers and some local ones have few. So the reports must be of the same
    time (half of the shorter one) and of several instrumentations or services; or one of them
    fetches the response again, whenever.
    """
    same = np.empty(start.size, np.int64)
    seen = np.zeros(start.size, np.int64)
    for b in range(offsets.size - 1):
        for j in range(offsets[b], offsets[b + 1]):
            best, most = -1, np.int64(-(2**62))
            for i in range(max(offsets[b], j - LOOK_BACK), j):
                again = fetches[i] or fetches[j]
                other = service[i] != service[j] or not seen[same[i]] & dialect[j]
                shared = _shared(start, end, i, j)
                shorter = min(end[i] - start[i], end[j] - start[j])
                if call[i] == call[j]:
                    best, most = i, np.int64(2**62)
                elif (again or (other and 2 * shared >= shorter)) and shared > most:
                    best, most = i, shared
            same[j] = j if best < 0 else same[best]
            seen[same[j]] |= dialect[j]
            if best >= 0:
                joined[_first(joined, call[j])] = _first(joined, call[best])


@compiled
def join_by_tokens(
    offsets: Ints,
    start: Ints,
    end: Ints,
    family: Ints,
    call: Ints,
    seen: Ints,
    joined: Ints,
) -> None:
    """Join calls with equal token counts (a bucket each) that no id joins.

    They are one where no instrumentation reports both, their models are of one family (negative:
    not said), and they begin and end together: what wraps a call adds little of its own to it.
    `seen` is by span.
    """
    for b in range(offsets.size - 1):
        for j in range(offsets[b], offsets[b + 1]):
            mine = _first(joined, call[j])
            best, least = -1, np.int64(2**62)
            for i in range(max(offsets[b], j - LOOK_BACK), j):
                first = _first(joined, call[i])
                if seen[first] & seen[mine]:
                    continue
                if family[i] != family[j] and family[i] >= 0 and family[j] >= 0:
                    continue
                longer = max(end[i] - start[i], end[j] - start[j])
                apart = abs(start[i] - start[j]) + abs(end[i] - end[j])
                shorter = min(end[i] - start[i], end[j] - start[j])
                beside = 2 * _shared(start, end, i, j) < shorter
                if not beside and apart <= max(SLACK_NS, SLACK_SHARE * longer) and apart < least:
                    best, least = first, apart
            if best >= 0:
                joined[mine] = best
                seen[best] |= seen[mine]


@compiled
def gather(joined: Ints, call: Ints, dialect: Ints) -> Ints:
    """The instrumentations that report each call, at the first span it is joined with."""
    seen = np.zeros(joined.size, np.int64)
    for i in range(call.size):
        if call[i] >= 0:
            seen[_first(joined, call[i])] |= dialect[i]
    return seen


@compiled
def best_of_each(joined: Ints, by_rank: Ints) -> Ints:
    """For each span the first by rank of those it is joined with."""
    best = np.full(joined.size, -1, np.int64)
    for i in by_rank:
        first = _first(joined, i)
        if best[first] < 0:
            best[first] = i
    same = np.arange(joined.size)
    for i in by_rank:
        same[i] = best[_first(joined, i)]
    return same
