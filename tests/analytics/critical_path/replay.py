"""Slack and drag by replaying a trace again and again: slow, but it says what they mean.

A schedule is rebuilt from who waits for whom; then one span is made longer, or its own time
nothing, and the end of the root is looked at. Times are those of the trace, tolerance and proven
edges included; there is no clock skew here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Node:
    """One span that its parent waits for, cut to its parent's time; `release`: streaming."""

    id: int
    lo: int
    hi: int
    raw_end: int
    children: tuple[Node, ...] = ()
    release: int | None = None
    after: tuple[int, ...] = ()  # siblings that it provably waited for

    @property
    def length(self) -> int:
        return self.hi - self.lo


Tolerance = Callable[[Node], int]


def waits(parent: Node, tolerance: Tolerance) -> dict[int, list[Node]]:
    """For each child the siblings that it waited for."""
    e = tolerance(parent)
    found: dict[int, list[Node]] = {}
    for c in parent.children:
        proven = [k for k in parent.children if k.id in c.after and _began_before(k, c)]
        ordered = [k for k in parent.children if _in_order(k, c, e)]
        if proven:
            ended = max(k.raw_end for k in proven)
            last = min((k for k in proven if k.raw_end == ended), key=lambda k: k.id)
            ordered = proven + [k for k in ordered if last.hi - k.lo <= e and k not in proven]
        found[c.id] = ordered
    return found


def taken_over(parent: Node, tolerance: Tolerance) -> bool:
    """Whether what lies between a source and its user would wait for others were it not for that.

    The sweep hands the source on to what lies between, which a replay does not know.
    """
    e = tolerance(parent)
    by_id = {c.id: c for c in parent.children}
    order = waits(parent, tolerance)
    for c, said in order.items():
        proven = [k for k in said if k.id in by_id[c].after]
        if not proven:
            continue
        ended = max(k.raw_end for k in proven)
        source = min((k for k in proven if k.raw_end == ended), key=lambda k: k.id)
        for k in said:
            if k in proven:
                continue
            others = [one for one in order[k.id] if one.id != source.id]
            if k.after or source not in order[k.id] or any(source.hi - o.lo > e for o in others):
                return True
    return False


def _began_before(k: Node, c: Node) -> bool:
    if k.length == 0 and k.lo == c.lo:
        return k.id != c.id and (c.length > 0 or k.id > c.id)
    return k.lo < c.lo


def _in_order(k: Node, c: Node, e: int) -> bool:
    ended = k.hi - e <= c.lo
    streamed = k.release is not None and k.release <= c.lo
    return _began_before(k, c) and (ended or streamed)


def length(
    node: Node, tolerance: Tolerance, longer: dict[int, int], instant: frozenset[int]
) -> int:
    """How long the span takes when those in `longer` take that much more (at their end), and the
    own time of those in `instant` is nothing."""
    more = longer.get(node.id, 0)
    if not node.children:
        return more + (0 if node.id in instant else node.length)
    order = waits(node, tolerance)
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    gone = node.id in instant
    for c in sorted(node.children, key=lambda k: (k.lo, k.length > 0, -k.id)):
        before = order[c.id]
        if before:
            gap = c.lo - max(min(k.hi, c.lo) for k in before)
            came = max(max(begins[k.id], ends[k.id] - max(0, k.hi - c.lo)) for k in before)
            begins[c.id] = max(0, came) + (0 if gone else gap)
        else:
            begins[c.id] = 0 if gone else c.lo - node.lo
        ends[c.id] = begins[c.id] + length(c, tolerance, longer, instant)
    tail = node.hi - max(k.hi for k in node.children)
    return max(ends.values()) + (0 if gone else tail) + more


def every(node: Node) -> list[Node]:
    """The span and all below it."""
    return [node, *(below for child in node.children for below in every(child))]


def slack(root: Node, node: Node, tolerance: Tolerance) -> int:
    """How much longer `node` could take before the root ends later; 0 for the root."""
    whole = length(root, tolerance, {}, frozenset())
    room = 0
    step = 1
    while length(root, tolerance, {node.id: room + step}, frozenset()) == whole:
        room += step
        step *= 2
        if room > 4 * whole + 4:
            raise AssertionError("nothing waits for it")
    while step:
        if length(root, tolerance, {node.id: room + step}, frozenset()) == whole:
            room += step
        step //= 2
    return room


def drag(root: Node, node: Node, tolerance: Tolerance) -> int:
    """How much sooner the root would end were the own time of `node` nothing."""
    whole = length(root, tolerance, {}, frozenset())
    return whole - length(root, tolerance, {}, frozenset({node.id}))
