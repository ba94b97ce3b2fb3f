"""Critical paths as the document that `longpole critical-path` prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from longpole.analytics.critical_path import Paths

Document = dict[str, Any]
# Escaped, so that any text can be written, whatever the terminal or a lone surrogate.
ENCODE = json.JSONEncoder().encode
BY_ROOT = ["TraceId", "RootSpanId"]
# Column of the sweep -> key of a span; those it does not give are left out.
LENGTHS = {"SelfNs": "self", "PathNs": "on_path", "SlackNs": "slack", "DragNs": "drag"}
WORDS = {
    "incomplete": "{} whose parent is missing, each shown as a root of its own",
    "cycle": "{} cut from a cycle of parents",
    "duplicate_id": "{} given more than once; the longest is kept",
}


@dataclass(frozen=True)
class Terms:
    """How ids and times are to be written: in the terms of the file that was read.

    `names` are the operations of spans by id, for the table. `left_out` are flags that say nothing
    of such a file.
    """

    span: Callable[[str], object] = str
    trace: Callable[[str], object] = str
    time: Callable[[int], int] = int
    length: Callable[[int], int] = int
    names: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def document(paths: Paths, terms: Terms, warnings: list[str]) -> Document:
    """Roots in time order, the sections of each latest first; then what is known of each span.

    With several traces, each root and span names its own as `trace`. What is not known of a root
    (work, parallelism, completion) is left out.
    """
    several = paths.spans["TraceId"].n_unique() > 1
    begins = paths.sections.group_by(BY_ROOT).agg(begin=pl.col("StartNs").min())
    known = begins.join(
        paths.roots.select(*BY_ROOT, "WorkNs", "CompletionNs"), on=BY_ROOT, how="left"
    )
    ordered = paths.sections.join(known, on=BY_ROOT, how="left", maintain_order="left").sort(
        "begin", *BY_ROOT, maintain_order=True
    )
    by_root = groupby(ordered.iter_rows(named=True), key=itemgetter(*BY_ROOT))
    roots = [_root(list(rows), terms, several) for _, rows in by_root]
    spans = [_span(row, terms, several) for row in paths.spans.iter_rows(named=True)]
    return {"roots": roots, "spans": spans, "warnings": warnings}


def _root(rows: list[dict[str, Any]], terms: Terms, several: bool) -> Document:
    first = rows[0]
    trace = {"trace": terms.trace(first["TraceId"])} if several else {}
    start, end = terms.time(rows[-1]["StartNs"]), terms.time(first["EndNs"])
    return {
        **trace,
        "root": terms.span(first["RootSpanId"]),
        "start": start,
        "duration": end - start,
        **_totals(first, rows[-1]["StartNs"], terms),
        "sections": [_section(row, terms) for row in rows],
    }


def _totals(row: dict[str, Any], start_ns: int, terms: Terms) -> Document:
    duration_ns = row["EndNs"] - start_ns
    if row["WorkNs"] is None or not duration_ns:
        return {}
    return {
        "work": terms.length(row["WorkNs"]),
        "parallelism": round(row["WorkNs"] / duration_ns, 4),
        "completion": terms.length(row["CompletionNs"]),
    }


def _section(row: dict[str, Any], terms: Terms) -> Document:
    return {
        "span": terms.span(row["SpanId"]),
        "start": terms.time(row["StartNs"]),
        "end": terms.time(row["EndNs"]),
        "phase": row["Phase"],
        "evidence": row["Evidence"],
    }


def _span(row: dict[str, Any], terms: Terms, several: bool) -> Document:
    trace = {"trace": terms.trace(row["TraceId"])} if several else {}
    lengths = {
        key: None if row[column] is None else terms.length(row[column])
        for column, key in LENGTHS.items()
        if column in row
    }
    flags = [flag for flag in row["Flags"] if flag not in terms.left_out]
    return {
        **trace,
        "span": terms.span(row["SpanId"]),
        "root": terms.span(row["RootSpanId"]),
        **lengths,
        "flags": flags,
    }


def path_warnings(paths: Paths) -> list[str]:
    """One line for each thing about the trees that makes the answer less sure."""
    counted = paths.spans["Flags"].explode().value_counts()
    counts: dict[str, int] = dict(counted.iter_rows())
    return [
        words.format(f"{counts[flag]} span" + ("s" if counts[flag] > 1 else ""))
        for flag, words in WORDS.items()
        if counts.get(flag)
    ]


def as_json(found: Document) -> Iterator[str]:
    """The document as lines of JSON: one a section and one a span, so that it can be read."""
    yield '{"roots": ['
    for number, root in enumerate(found["roots"], start=1):
        head = {key: value for key, value in root.items() if key != "sections"}
        yield f' {_text(head)[:-1]}, "sections": ['
        yield from _listed(root["sections"], "  ")
        yield " ]}" + ("," if number < len(found["roots"]) else "")
    yield '], "spans": ['
    yield from _listed(found["spans"], " ")
    yield f'], "warnings": {_text(found["warnings"])}}}'


def _listed(items: list[Document], indent: str) -> Iterator[str]:
    for number, item in enumerate(items, start=1):
        yield f"{indent}{_text(item)}" + ("," if number < len(items) else "")


def _text(value: object) -> str:
    return ENCODE(value)
