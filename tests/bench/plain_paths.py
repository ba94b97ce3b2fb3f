"""Two published walks over one trace in plain Python, for comparison: Jaeger UI's and CRISP's.

Written from what their sources do (jaegertracing/jaeger-ui c321fb3, uber-research/CRISP 2710c0b,
both Apache-2.0), not from their code. Both recurse, and both give each span's own time on the path.
"""

from __future__ import annotations

from dataclasses import dataclass, field

OVERLAP_SHARE = 0.01  # CRISP: of the parent


@dataclass
class PlainSpan:
    """One span; the walks cut `start` and `end` in place."""

    id: str
    parent: str
    start: int
    end: int
    children: list[PlainSpan] = field(default_factory=list)


def trees(rows: list[tuple[str, str, int, int]]) -> list[PlainSpan]:
    """The roots of one trace from (id, parent id, start, duration)."""
    spans = {row[0]: PlainSpan(row[0], row[1], row[2], row[2] + row[3]) for row in rows}
    roots: list[PlainSpan] = []
    for span in spans.values():
        parent = spans.get(span.parent)
        (parent.children if parent else roots).append(span)
    return roots


def jaeger_own_time(root: PlainSpan) -> dict[str, int]:
    """Cut or drop what sticks out; then from the child that ended last to the one that ended
    strictly before it began, looking through all children at each step."""
    _cut(root)
    own: dict[str, int] = {}
    _jaeger_walk(root, own)
    return own


def _cut(parent: PlainSpan) -> None:
    kept = []
    for child in parent.children:
        if child.start >= parent.end or (child.start < parent.start and child.end <= parent.start):
            continue
        child.start, child.end = max(child.start, parent.start), min(child.end, parent.end)
        kept.append(child)
        _cut(child)
    parent.children = kept


def _jaeger_walk(span: PlainSpan, own: dict[str, int]) -> None:
    before, edge = None, span.end
    while True:
        last = None
        for child in span.children:
            if before is not None and child.end >= before:
                continue
            if last is None or child.end > last.end:
                last = child
        if last is None:
            break
        own[span.id] = own.get(span.id, 0) + edge - last.end
        _jaeger_walk(last, own)
        before = edge = last.start
    own[span.id] = own.get(span.id, 0) + edge - span.start


def crisp_own_time(root: PlainSpan) -> dict[str, int]:
    """A list of spans: the child that ended last, then each that happened before the one taken;
    own time is the duration less that of the children in the list, and at least 0."""
    _cut_one_side(root)
    own: dict[str, int] = {}
    for span, parent in _crisp_walk(root, None):
        own[span.id] = own.get(span.id, 0) + span.end - span.start
        if parent is not None:
            own[parent.id] -= span.end - span.start
    return {span: max(ns, 0) for span, ns in own.items()}


def _cut_one_side(parent: PlainSpan) -> None:
    kept = []
    for child in parent.children:
        if child.start < parent.start < child.end <= parent.end:
            child.start = parent.start
        elif parent.start <= child.start < parent.end < child.end:
            child.end = parent.end
        elif child.start < parent.start or child.end > parent.end:
            continue
        kept.append(child)
        _cut_one_side(child)
    parent.children = kept


def _crisp_walk(
    span: PlainSpan, parent: PlainSpan | None
) -> list[tuple[PlainSpan, PlainSpan | None]]:
    path: list[tuple[PlainSpan, PlainSpan | None]] = [(span, parent)]
    taken = None
    for child in sorted(span.children, key=lambda one: one.end)[::-1]:
        if taken is None or _happened_before(span, child, taken):
            path += _crisp_walk(child, span)
            taken = child
    return path


def _happened_before(parent: PlainSpan, one: PlainSpan, taken: PlainSpan) -> bool:
    if one.end < taken.start:
        return True
    overlap = one.end - taken.start
    if one.start >= taken.start or overlap >= OVERLAP_SHARE * (parent.end - parent.start):
        return False
    return not any(
        taken.start <= edge <= one.end
        for other in parent.children
        if other is not one and other is not taken
        for edge in (other.start, other.end)
    )
