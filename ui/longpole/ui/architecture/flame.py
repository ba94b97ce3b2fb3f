"""A flame graph as boxes: stacks with their time in, at most MOST boxes out. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

MOST = 1_200
DEEPEST = 48
PART_WORDS = {"edge": "edge (caller to callee)", "gap": "no span says what ran"}
EVERYTHING = "all selected traces"
Path = tuple[str, ...]


@dataclass(frozen=True)
class Box:
    """One call path. `left` and `width` are shares of the whole; times are ns over all traces.

    `before_ns` is the time of the same path in the other set of traces, None without one.
    """

    name: str
    depth: int
    left: float
    width: float
    ns: int
    sections: int
    before_ns: int | None = None


@dataclass(frozen=True)
class Flame:
    """Boxes from the top down, of one parent the largest first; `left_out` were too many."""

    boxes: tuple[Box, ...]
    total_ns: int
    left_out: int


def flame_of(stacks: pl.DataFrame, before: pl.DataFrame | None = None, most: int = MOST) -> Flame:
    """Boxes of `Stack`, `Part`, `SumNs`, `Sections`; sizes are those of `stacks`.

    With `before`, each box knows the time of its path there too. Labels of a stack are joined by
    `;`; an edge or a gap is a box of its own at the end.
    """
    times = _added(stacks)
    earlier = _added(before) if before is not None else None
    kept = _largest(times, most)
    children: dict[Path, list[Path]] = {}
    for path in kept:
        if path:
            children.setdefault(path[:-1], []).append(path)
    total = times[()][0] if times else 0
    boxes = tuple(_placed(times, earlier, children, total)) if total else ()
    return Flame(boxes, total, max(len(times) - len(kept), 0))


def _added(stacks: pl.DataFrame) -> dict[Path, tuple[int, int]]:
    """Time and number of sections of each path, its own and that of all below it."""
    found: dict[Path, tuple[int, int]] = {}
    rows = stacks.select("Stack", "Part", "SumNs", "Sections").iter_rows()
    for stack, part, ns, sections in rows:
        names = tuple(str(stack).split(";"))[:DEEPEST]
        whole = (*names, PART_WORDS[part]) if part in PART_WORDS else names
        for depth in range(len(whole) + 1):
            old = found.get(whole[:depth], (0, 0))
            found[whole[:depth]] = (old[0] + int(ns), old[1] + int(sections))
    return found


def _largest(times: dict[Path, tuple[int, int]], most: int) -> list[Path]:
    """The longest paths; what is above a path is at least as long, so it is kept with it."""
    return sorted(times, key=lambda path: (-times[path][0], len(path), path))[:most]


def _placed(
    times: dict[Path, tuple[int, int]],
    before: dict[Path, tuple[int, int]] | None,
    children: dict[Path, list[Path]],
    total: int,
) -> Iterable[Box]:
    waiting: list[tuple[Path, int]] = [((), 0)]
    while waiting:
        path, left = waiting.pop()
        ns, sections = times[path]
        earlier = None if before is None else before.get(path, (0, 0))[0]
        name = path[-1] if path else EVERYTHING
        yield Box(name, len(path), left / total, ns / total, ns, sections, earlier)
        below, at = [], left
        for child in children.get(path, []):
            below.append((child, at))
            at += times[child][0]
        waiting += reversed(below)
