"""The replay in plain Python, by its definition and with sets instead of one clever pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Node:
    """One awaited span; times in ns, already inside its parent."""

    start: int
    end: int
    scale: float = 1.0
    removed: bool = False
    after: Sequence[Node] = ()  # siblings that it provably waited for
    children: list[Node] = field(default_factory=list)


def length(node: Node, tolerance: int = 0) -> float:
    """How long the span takes with all changes inside it."""
    starts = child_starts(node, tolerance)
    ends = [
        at + (0 if kid.removed else length(kid, tolerance))
        for at, kid in zip(starts, in_order(node), strict=True)
    ]
    last = max([kid.end for kid in node.children], default=node.start)
    return node.scale * (max(ends, default=0.0) + (node.end - last))


def in_order(node: Node) -> list[Node]:
    return sorted(node.children, key=lambda kid: (kid.start, kid.end))


def child_starts(node: Node, tolerance: int) -> list[float]:
    """Start of each child after its parent's start."""
    kids = in_order(node)
    lengths = [0 if kid.removed else length(kid, tolerance) for kid in kids]
    waits = releases(kids, tolerance)
    starts: list[float] = []
    for at, kid in enumerate(kids):
        when = node.start
        if waits[at]:
            when = min(max(kids[one].end for one in waits[at]), kids[waits_owner(waits, at)].start)
        freed = 0.0
        for one in waits[at]:
            over = max(0, kids[one].end - when) * kids[one].scale
            freed = max(freed, starts[one] + max(0.0, lengths[one] - over))
        starts.append(freed + own_time(kids, when, kid.start))
    return starts


def waits_owner(waits: list[list[int]], at: int) -> int:
    """The first child that waited for exactly this set object: it fixed the time of the join."""
    return next(i for i, one in enumerate(waits) if one is waits[at])


def releases(kids: list[Node], tolerance: int) -> list[list[int]]:
    """Places of the siblings that each child waited for; shared lists are the same object."""
    found: list[list[int]] = []
    shared: list[int] = []
    used: set[int] = set()
    beside: set[int] = set()  # ended beside what a proof names: waited for by the next without one
    for at, kid in enumerate(kids):
        ended = [i for i in range(at) if kids[i].end <= kid.start + tolerance]
        proven = [i for i in ended if any(kids[i] is one for one in kid.after)]
        fresh = [i for i in ended if i not in used and i not in proven]
        if proven:
            latest = max(kids[i].end for i in proven)
            fresh = [i for i in fresh if i not in beside]
            shared = proven + [i for i in fresh if kids[i].start >= latest - tolerance]
            beside |= set(fresh) - set(shared)
        elif fresh:
            shared = fresh
        used |= set(shared)
        found.append(shared)
    return found


def own_time(kids: list[Node], lo: int, hi: int) -> int:
    """Length of [lo, hi] less what only removed children cover, moment by moment."""
    if not any(kid.removed for kid in kids):
        return hi - lo
    return sum(
        1
        for moment in range(lo, hi)
        if any(kid.start <= moment < kid.end for kid in kids if not kid.removed)
        or not any(kid.start <= moment < kid.end for kid in kids)
    )
