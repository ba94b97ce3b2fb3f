"""Spans of a file as the table that the sweep reads, and the way back to the file's terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from longpole.cli.spanfiles.spans import CHILD_OF, FileSpan, Id
from longpole.core.errors import InputError

# Times are moved to begin at 0, so that only their range must fit; midpoints of two must fit too.
MAX_RANGE_NS = 2**62
SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("TraceId", "SpanId", "ParentSpanId", "SpanKind", "Process"), pl.String()),
    **dict.fromkeys(("Kind", "Service", "Operation", "Reference"), pl.String()),
    **dict.fromkeys(("StartNs", "DurationNs"), pl.Int64()),
    "TtftS": pl.Float64(),
    **dict.fromkeys(("LinkedSpanIds", "AfterSpanIds", "AfterEvidence"), pl.List(pl.String())),
}


@dataclass(frozen=True)
class SpanTable:
    """The frame for find_paths, in nanoseconds from the earliest start of the file.

    Ids in the frame are hexadecimal numbers, `ids` and `traces` say what the file calls them.
    A time t of the frame is `base + t // unit_ns` in the file's unit.
    """

    frame: pl.DataFrame
    ids: dict[str, Id]
    traces: dict[str, Id]
    unit_ns: int
    base: int
    warnings: list[str]

    def time(self, ns: int) -> int:
        """A time of the frame as the file would give it."""
        return self.base + ns // self.unit_ns

    def length(self, ns: int) -> int:
        """A duration in the file's unit, rounded down."""
        return ns // self.unit_ns


def span_table(spans: Iterable[FileSpan], unit_ns: int, where: str) -> SpanTable:
    """Spans whose times are multiples of `unit_ns` nanoseconds.

    Raises InputError when there are none, or their times are too far apart to be calculated with.
    """
    rows = list(spans)
    if not rows:
        raise InputError(f"{where} has no spans; give at least one with id, start and duration")
    base = min(row.start for row in rows)
    last = max(row.start + row.duration for row in rows)
    if (last - base) * unit_ns >= MAX_RANGE_NS:
        raise InputError(
            f"the times of {where} reach from {base} to {last}, too far apart; check their unit"
        )
    ids, traces = dict.fromkeys(row.id for row in rows), dict.fromkeys(row.trace for row in rows)
    id_codes, trace_codes = _codes(ids), _codes(traces)
    return SpanTable(
        _frame(_columns(rows, id_codes, trace_codes, base, unit_ns)),
        {id_codes[str(one)]: one for one in ids},
        {trace_codes[str(one)]: one for one in traces},
        unit_ns,
        base,
        _warnings(rows),
    )


def _frame(columns: dict[str, list[Any]]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema={name: SCHEMA[name] for name in columns})


def _codes(ids: Iterable[Id]) -> dict[str, str]:
    """A hexadecimal number for the text of each id; they are ordered as the ids are.

    Numbers are ordered as numbers, if all ids are numbers. 7 and "7" are the same id.
    """
    numbers = [one for one in ids if isinstance(one, int)]
    texts = {str(one) for one in ids}
    ordered = map(str, sorted(numbers)) if len(numbers) == len(texts) else sorted(texts)
    return {text: f"{code:016x}" for code, text in enumerate(ordered, start=1)}


def _columns(
    rows: Sequence[FileSpan], ids: dict[str, str], traces: dict[str, str], base: int, unit: int
) -> dict[str, list[Any]]:
    # A parent that the file does not have keeps an id that no span has: the trace is incomplete.
    absent = f"{len(ids) + 1:016x}"
    linked = [[ids.get(str(link), absent) for link in row.links] for row in rows]
    proven = [
        codes if row.parent is not None and row.reference == CHILD_OF else []
        for row, codes in zip(rows, linked, strict=True)
    ]
    columns: dict[str, list[Any]] = {
        "TraceId": [traces[str(row.trace)] for row in rows],
        "SpanId": [ids[str(row.id)] for row in rows],
        "ParentSpanId": [
            "" if row.parent is None else ids.get(str(row.parent), absent) for row in rows
        ],
        "StartNs": [(row.start - base) * unit for row in rows],
        "DurationNs": [row.duration * unit for row in rows],
        "SpanKind": [row.span_kind for row in rows],
        "Process": [row.host for row in rows],
        "Kind": [row.kind for row in rows],
        "Service": [row.service for row in rows],
        "Operation": [row.operation for row in rows],
        "Reference": [row.reference for row in rows],
        "TtftS": [
            None if row.first_token is None else (row.first_token - row.start) * unit / 1e9
            for row in rows
        ],
    }
    if not any(
        linked
    ):  # most files have none, and empty lists by the thousand cost more than spans
        return columns
    return columns | {
        "LinkedSpanIds": list(linked),
        "AfterSpanIds": list(proven),
        "AfterEvidence": [["link"] * len(codes) for codes in proven],
    }


def _warnings(rows: Sequence[FileSpan]) -> list[str]:
    outside = [
        row for row in rows
        if row.first_token is not None
        and not row.start <= row.first_token <= row.start + row.duration
    ]  # fmt: skip
    if not outside:
        return []
    return [
        f"first_token of span {outside[0].id!r} ({outside[0].first_token}) is not within it; "
        f"left out{'' if len(outside) == 1 else f', as of {len(outside) - 1} more'}"
    ]
