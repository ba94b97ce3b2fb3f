"""Compiled loops for slack and drag, over the same order among siblings that the sweep assumes.

In the model a child starts when the last of its predecessors has ended (and what the parent did
between), or at its place in the parent if it has none; the parent ends when its last child has, and
its tail. Nothing is recursive. The work is n log n, and as many steps more as siblings start within
the overlap of another, or run side by side between a proven source and its user.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from longpole.analytics.critical_path.tree_kernels import Ints
from longpole.core.compiled import compiled

Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Edges = tuple[Ints, Ints, Ints, Ints, Ints, Bytes]

# Compiled code is cached by this file's date, so the numbers it holds are written in this file.
CLIP = 1
LIMIT_NS = 2**63 - 1


@compiled
def sort_rising(part: Ints, key: Ints, tie: Ints, spare: Ints) -> None:
    """Merge sort in place: by key, then tie rising, then id falling."""
    size, width = part.size, 1
    while width < size:
        for lo in range(0, size - width, 2 * width):
            middle, hi = lo + width, min(lo + 2 * width, size)
            for at in range(lo, middle):
                spare[at] = part[at]
            left, right, at = lo, middle, lo
            while left < middle:
                take_right = False
                if right < hi:
                    x, y = part[right], spare[left]
                    if key[x] != key[y]:
                        take_right = key[x] < key[y]
                    elif tie[x] != tie[y]:
                        take_right = tie[x] < tie[y]
                    else:
                        take_right = x > y
                if take_right:
                    part[at] = part[right]
                    right += 1
                else:
                    part[at] = spare[left]
                    left += 1
                at += 1
        width *= 2


@compiled
def clip_down(
    order: Ints, parent: Ints, awaited: Bools, start: Ints, end: Ints, mode: int
) -> tuple[Bools, Ints, Ints]:
    """Which spans the end of their root may wait for, and their times clipped to all above."""
    tied, lo, hi = np.zeros(parent.size, np.bool_), start.copy(), end.copy()
    for i in order:
        p = parent[i]
        if p < 0:
            tied[i] = True
            continue
        lo[i], hi[i] = max(start[i], lo[p]), min(end[i], hi[p])
        outside = hi[i] < lo[i] or (hi[i] == lo[i] and start[i] < end[i])
        outside = outside or (mode == CLIP and start[i] >= hi[p])
        tied[i] = tied[p] and awaited[i] and not outside
    return tied, lo, hi


@compiled
def is_source(
    e: int, c: int, e_max: int, edges: Edges, tied: Bools, lo: Ints, hi: Ints, start: Ints,
    end: Ints
) -> bool:  # fmt: skip
    """Whether edge e is one that its target's side, sibling c, can have waited for."""
    k, s, t, now = edges[2][e], edges[3][e], edges[4][e], lo[c]
    if k == c or not tied[k] or lo[k] > now:
        return False
    if lo[k] == now and (lo[k] < hi[k] or (lo[c] == hi[c] and k < c)):
        return False
    streams = start[s] <= now and (end[s] <= now or start[t] < end[s])
    return bool(hi[k] - now <= e_max or streams)


@compiled
def set_bounds(
    kids: Ints, e_max: int, edges: Edges, tied: Bools, lo: Ints, hi: Ints, start: Ints, end: Ints,
    bound: Ints
) -> None:  # fmt: skip
    """For kids without one yet, the last ending sibling that each provably waited for."""
    first, edge, above = edges[0], edges[1], edges[2]
    for c in kids:
        if bound[c] >= 0:
            continue
        for at in range(first[c], first[c + 1]):
            e = edge[at]
            if is_source(e, c, e_max, edges, tied, lo, hi, start, end):
                q, k = bound[c], above[e]
                if q < 0 or end[k] > end[q] or (end[k] == end[q] and k < q):
                    bound[c] = k


@compiled
def list_between(
    at: int, kids: Ints, e_max: int, lo: Ints, hi: Ints, ready: Ints, most_end: Ints,
    newest: int, bound: Ints, found: Ints
) -> int:  # fmt: skip
    """Put into `found` the kids that lie between the source of the proven kid at `at` and itself.

    One that the order puts before another of them is left out: it limits nothing that the other
    does not. `most_end[i]`: the last end of kids[:i + 1]. `newest`: the
    last start of those that were ready for the kid. Returns how many there are.
    """
    c = kids[at]
    q = bound[c]
    count, covered = 0, -LIMIT_NS
    if hi[q] - newest > e_max:
        return 0
    for before in range(at - 1, -1, -1):
        k = kids[before]
        if hi[q] - lo[k] > e_max or most_end[before] <= covered:
            break
        if ready[k] <= lo[c] and hi[k] > covered and k != q:
            found[count] = k
            count += 1
            if lo[k] < hi[k] and (bound[k] < 0 or bound[k] == q):
                covered = max(covered, lo[k])
    return count


@compiled
def limit_sources(
    at: int, kids: Ints, room: int, moment: int, e_max: int, edges: Edges, tied: Bools, lo: Ints,
    hi: Ints, start: Ints, end: Ints, between: Ints, bound: Ints, cap: Ints
) -> None:  # fmt: skip
    """Lower `cap` of all that the proven kid at `at` waits for: it may be `room` late.

    `moment`: when the last of them ended.
    """
    c = kids[at]
    q = bound[c]
    cap[q] = min(cap[q], room + (moment - min(hi[q], lo[c])))
    for place in range(edges[0][c], edges[0][c + 1]):
        e = edges[1][place]
        k = edges[2][e]
        if is_source(e, c, e_max, edges, tied, lo, hi, start, end):
            cap[k] = min(cap[k], room + (moment - min(hi[k], lo[c])))
    for k in between:
        cap[k] = min(cap[k], room + (moment - min(hi[k], lo[c])))


@compiled
def wait_of_proven(
    at: int, kids: Ints, e_max: int, edges: Edges, tied: Bools, lo: Ints, hi: Ints, start: Ints,
    end: Ints, between: Ints, bound: Ints, sooner: Ints
) -> tuple[int, int]:  # fmt: skip
    """When the last that a proven kid waits for ended, and would end were the gaps gone."""
    c = kids[at]
    q, now = bound[c], lo[c]
    moment = min(hi[q], now)
    without = moment - sooner[q]
    for place in range(edges[0][c], edges[0][c + 1]):
        e = edges[1][place]
        k = edges[2][e]
        if is_source(e, c, e_max, edges, tied, lo, hi, start, end):
            moment = max(moment, min(hi[k], now))
            without = max(without, min(hi[k], now) - sooner[k])
    for k in between:
        moment = max(moment, min(hi[k], now))
        without = max(without, min(hi[k], now) - sooner[k])
    return moment, without


@compiled
def forward(
    kids: Ints, by_ready: Ints, from_ns: int, e_max: int, edges: Edges, tied: Bools, lo: Ints,
    hi: Ints, start: Ints, end: Ints, ready: Ints, most_end: Ints, newest: Ints, bound: Ints,
    moment: Ints, sooner: Ints, pool: Ints, found: Ints
) -> None:  # fmt: skip
    """Set for kids (by start) when what each waited for ended, and how much sooner it would start
    were the parent's own time nothing. `moment` is below `from_ns` for those that waited for none.
    """
    last, without, pooled, entering, new = -LIMIT_NS, from_ns, 0, 0, -LIMIT_NS
    for at in range(kids.size):
        c = kids[at]
        now = lo[c]
        while entering < by_ready.size and ready[by_ready[entering]] <= now:
            k = by_ready[entering]
            entering += 1
            new = max(new, lo[k])
            if lo[k] < hi[k]:
                pool[pooled] = k
                pooled += 1
        kept = 0
        pool_without = from_ns
        for place in range(pooled):
            k = pool[place]
            if hi[k] <= now:
                last, without = max(last, hi[k]), max(without, hi[k] - sooner[k])
            else:
                pool[kept] = k
                kept += 1
                pool_without = max(pool_without, now - sooner[k])
        pooled = kept
        newest[c] = new
        if bound[c] >= 0:
            count = list_between(at, kids, e_max, lo, hi, ready, most_end, new, bound, found)
            moment[c], begins = wait_of_proven(
                at, kids, e_max, edges, tied, lo, hi, start, end, found[:count], bound, sooner
            )
        else:
            moment[c] = now if pooled else last
            begins = max(without, pool_without)
        sooner[c] = now - max(begins, from_ns)
        if lo[c] == hi[c]:
            last, without = max(last, hi[c]), max(without, hi[c] - sooner[c])


@compiled
def backward(
    kids: Ints, done: int, e_max: int, edges: Edges, tied: Bools, lo: Ints, hi: Ints, start: Ints,
    end: Ints, ready: Ints, most_end: Ints, newest: Ints, bound: Ints, moment: Ints,
    slack: Ints, rest: Ints, cap: Ints, least: Ints, found: Ints
) -> None:  # fmt: skip
    """Set the slack of kids (by start): latest first, each is limited by those it holds up.

    `done`: the latest end of a kid that the root's end allows. `rest`: the same as slack for what
    a kid did after it had let those go on that began before its end.
    """
    size = kids.size
    least[size] = LIMIT_NS
    for at in range(size - 1, -1, -1):
        u = kids[at]
        rest[u] = done - hi[u]
        low, high = at + 1, size
        while low < high:
            middle = (low + high) >> 1
            if lo[kids[middle]] < hi[u]:
                low = middle + 1
            else:
                high = middle
        if least[low] < LIMIT_NS:
            rest[u] = min(rest[u], least[low] - hi[u])
        room = min(rest[u], cap[u])
        for overlapping in range(low - 1, at, -1):
            c = kids[overlapping]
            if lo[c] < ready[u]:
                break
            if bound[c] < 0:
                room = min(room, slack[c])
        slack[u] = room
        least[at] = least[at + 1]
        if bound[u] >= 0:
            count = list_between(at, kids, e_max, lo, hi, ready, most_end, newest[u], bound, found)
            limit_sources(
                at, kids, room, moment[u], e_max, edges, tied, lo, hi, start, end, found[:count],
                bound, cap,
            )  # fmt: skip
        elif moment[u] > -LIMIT_NS:
            least[at] = min(least[at], room + moment[u])


@compiled
def margins(
    kids: Ints, on_path: Bools, lo: Ints, hi: Ints, ready: Ints, bound: Ints, moment: Ints,
    slack: Ints, rest: Ints, e_max: int, most: int, limit: Ints, tree: Ints, chain: Ints
) -> None:  # fmt: skip
    """Set for kids on the path how much sooner the root can end through each of them.

    That is at most `most`, and the slack of every sibling that ran beside it; of one on the path
    that had let it start, the slack of the rest.
    """
    count = 0
    for k in kids:
        if on_path[k]:
            chain[count] = k
            count += 1
    for place in range(count):
        tree[count + place] = most
    for place in range(1, count):
        tree[place] = most
    place = 0
    for y in kids:
        begins, until, room = lo[y], ready[y], slack[y]
        if bound[y] >= 0:
            begins = min(moment[y], lo[y])
        low, high = 0, count
        if on_path[y]:
            place += 1
            low, until, room = place, max(ready[y], hi[y] - e_max), rest[y]
            if place == count or lo[chain[place]] >= until:
                continue
        while low < high and not on_path[y]:
            middle = (low + high) >> 1
            if ready[chain[middle]] <= begins:
                low = middle + 1
            else:
                high = middle
        left, high = low, count
        while low < high:
            middle = (low + high) >> 1
            if lo[chain[middle]] < until:
                low = middle + 1
            else:
                high = middle
        left, right = left + count, low + count
        while left < right:
            if left & 1:
                tree[left] = min(tree[left], room)
                left += 1
            if right & 1:
                right -= 1
                tree[right] = min(tree[right], room)
            left, right = left >> 1, right >> 1
    for place in range(2, 2 * count):
        tree[place] = min(tree[place], tree[place >> 1])
    for place in range(count):
        limit[chain[place]] = tree[count + place]


@compiled
def slack_and_drag(
    order: Ints, parent: Ints, begin: Ints, children: Ints, tied: Bools, lo: Ints, hi: Ints,
    start: Ints, end: Ints, tolerance: Ints, release: Ints, edges: Edges, bound: Ints,
    on_path: Bools, path_ns: Ints
) -> tuple[Ints, Ints]:  # fmt: skip
    """Slack (-1 for spans off the tree) and drag of every span, ns; see the docs of Paths."""
    size = parent.size
    slack, drag, limit = np.full(size, -1, np.int64), np.zeros(size, np.int64), hi - lo
    ready, tie, moment = (
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
    )
    sooner, cap = np.zeros(size, np.int64), np.full(size, LIMIT_NS, np.int64)
    spare, kids = np.empty(children.size, np.int64), np.empty(children.size, np.int64)
    by_ready, pool = np.empty(children.size, np.int64), np.empty(children.size, np.int64)
    least, found = np.empty(children.size + 1, np.int64), np.empty(children.size, np.int64)
    most_end = np.empty(children.size, np.int64)
    newest, rest = np.zeros(size, np.int64), np.zeros(size, np.int64)
    tree = np.empty(2 * children.size + 2, np.int64)
    for i in order:
        if not tied[i]:
            continue
        if parent[i] < 0:
            slack[i] = 0
        e_max, count = tolerance[i], 0
        for k in children[begin[i] : begin[i + 1]]:
            if tied[k]:
                kids[count], by_ready[count] = k, k
                count += 1
                tie[k] = lo[k] < hi[k]
                ready[k] = lo[k]
                if lo[k] < hi[k]:
                    ready[k] = hi[k] - e_max if hi[k] - lo[k] > e_max else lo[k] + 1
                    ready[k] = max(min(ready[k], release[k]), lo[k] + 1)
        if count == 0:
            drag[i] = min(limit[i], path_ns[i])
            continue
        some, prompt = kids[:count], by_ready[:count]
        sort_rising(some, lo, tie, spare)
        sort_rising(prompt, ready, tie, spare)
        if edges[1].size:
            set_bounds(some, e_max, edges, tied, lo, hi, start, end, bound)
            most = -LIMIT_NS
            for at in range(count):
                most = max(most, hi[some[at]])
                most_end[at] = most
        forward(
            some, prompt, lo[i], e_max, edges, tied, lo, hi, start, end, ready, most_end,
            newest, bound, moment, sooner, pool, found,
        )  # fmt: skip
        last, without = lo[i], lo[i]
        for k in some:
            last, without = max(last, hi[k]), max(without, hi[k] - sooner[k])
        done = last + slack[i]
        backward(
            some, done, e_max, edges, tied, lo, hi, start, end, ready, most_end, newest, bound,
            moment, slack, rest, cap, least, found,
        )  # fmt: skip
        if on_path[i]:
            drag[i] = min(limit[i], path_ns[i], hi[i] - without)
            margins(
                some, on_path, lo, hi, ready, bound, moment, slack, rest, e_max, limit[i], limit,
                tree, pool,
            )  # fmt: skip
    return slack, drag
