"""The rules of the critical path as plain Python over one trace: slow, recursive, easy to read.

The compiled sweep must agree with it; `tests/bench/bench_path.py` measures against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

Section = tuple[str, int, int, str]


@dataclass(frozen=True)
class Span:
    """One span; `kind` is the OTel span kind."""

    id: str
    parent: str
    start: int
    duration: int
    kind: str = "Internal"
    process: str = ""

    @property
    def end(self) -> int:
        return self.start + self.duration


def walk(spans: Iterable[Span], share: float | None = None) -> dict[str, list[Section]]:
    """The sections of every root, latest first."""
    by_id = _longest(spans)
    roots = _roots(by_id)
    children: dict[str, list[Span]] = defaultdict(list)
    for span in by_id.values():
        if span.id not in roots:
            children[span.parent].append(span)
    found = {}
    for root in sorted(roots):
        _correct_skew(by_id[root], children)
        found[root] = list(_sweep(by_id[root], by_id[root].start, by_id[root].end, children, share))
    return found


def _longest(spans: Iterable[Span]) -> dict[str, Span]:
    by_id: dict[str, Span] = {}
    for span in sorted(spans, key=lambda s: (-s.duration, s.parent, s.start, s.kind, s.process)):
        by_id.setdefault(span.id, span)
    return by_id


def _roots(by_id: dict[str, Span]) -> set[str]:
    roots = {span.id for span in by_id.values() if span.parent not in by_id}
    for span in by_id.values():
        path = [span.id]
        while path[-1] not in roots and by_id[path[-1]].parent not in path:
            path.append(by_id[path[-1]].parent)
        if path[-1] not in roots:
            cycle = path[path.index(by_id[path[-1]].parent) :]
            roots.add(min(cycle, key=lambda one: (by_id[one].start, one)))
    return roots


def _correct_skew(parent: Span, children: dict[str, list[Span]]) -> None:
    for place, child in enumerate(children[parent.id]):
        sticks_out = child.start < parent.start or child.end > parent.end
        if (
            child.kind == "Server"
            and parent.kind in ("Client", "Producer")
            and "" != child.process != parent.process != ""
            and child.duration <= parent.duration
            and sticks_out
        ):
            middle = parent.start + (parent.duration - child.duration) // 2
            if abs(middle - child.start) <= 10**9:
                child = _shift(child, middle - child.start, children)
                children[parent.id][place] = child
        _correct_skew(child, children)


def _shift(span: Span, by: int, children: dict[str, list[Span]]) -> Span:
    children[span.id] = [_shift(child, by, children) for child in children[span.id]]
    return replace(span, start=span.start + by)


def _tolerance(span: Span, share: float | None) -> int:
    return min(span.duration // 100, 2_000_000) if share is None else int(span.duration * share)


def _is_awaited(parent: Span, child: Span, share: float | None) -> bool:
    if parent.kind == "Producer" and child.kind == "Consumer":
        return False
    same_process = "" != child.process == parent.process
    return not (same_process and child.end > parent.end + _tolerance(parent, share))


def _sweep(
    span: Span, lo: int, hi: int, children: dict[str, list[Span]], share: float | None
) -> Iterable[Section]:
    """Sections of `span`, which its own parent clipped to [lo, hi]."""
    e = _tolerance(span, share)
    waiting = [child for child in children[span.id] if _is_awaited(span, child, share)]
    cursor, label = hi, "tail"
    while True:
        eligible = []
        for child in waiting:
            start, end = max(child.start, lo), min(child.end, hi)
            inside = start < end if child.duration else start == end
            if inside and (end <= cursor or (start < cursor and end <= cursor + e)):
                eligible.append((-end, child.duration > 0, start, child.id, child))
        if not eligible:
            break
        *_, start, _, child = min(eligible)
        waiting.remove(child)
        end = min(child.end, cursor)
        if end < cursor:
            yield span.id, end, cursor, label
        yield from _sweep(child, start, end, children, share)
        cursor, label = start, "between"
    if label == "tail":
        yield span.id, lo, cursor, "self"
    elif lo < cursor:
        yield span.id, lo, cursor, "lead"
