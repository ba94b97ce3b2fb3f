"""What the walks of Jaeger and CRISP charge to another span, on recorded traces.

    python tests/tools/mischarge.py DATA docs/critical-path.md

DATA has `agent_traces` (as agent_traces.py reads it) and `nezha` (as evaluate_nezha.py does). The
table is written between the markers of the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
from agent_paths import read
from agent_traces import files
from bench_path import WALKS, walk_all
from evaluate_nezha import read_spans

from longpole.analytics.critical_path import PathOptions, find_paths

MARKERS = ("<!-- mischarge -->", "<!-- end mischarge -->")
MODELS = ("call_llm", "chat", "generation", "llm")
STRICT = PathOptions(overlap_tolerance=0, outliving="clip")
TRACE = ["TraceId", "SpanId"]


class Charged(NamedTuple):
    """Of one walk: traces with time at another span, that time, and what model calls have."""

    traces: int
    elsewhere_ns: float
    model_ns: int


class Row(NamedTuple):
    """One group of recorded traces: what it is called, its traces, their roots' time, our own."""

    name: str
    traces: int
    total_ns: int
    model_ns: int
    walks: dict[str, Charged]


def groups(data: Path) -> Iterator[tuple[str, list[pl.DataFrame]]]:
    """The frames of spans of each source; a file or capture is one."""
    found: dict[str, list[pl.DataFrame]] = {}
    for file in files(data / "agent_traces"):
        found.setdefault(file.parent.name, []).append(read(file))
    for system in sorted((data / "nezha").iterdir()):
        captures = (read_spans(file) for file in sorted(system.glob("*_trace.csv.gz")))
        found[f"Nezha {system.name}"] = [
            spans.with_columns(Kind=pl.lit("other")) for spans in captures
        ]
    yield from found.items()


def compare(name: str, frames: list[pl.DataFrame], options: PathOptions) -> Row:
    """How far the walks are from the path under these modes."""
    ours = pl.concat([_own(spans, options) for spans in frames])
    walks = {walk: _charged(frames, ours, walk) for walk in WALKS}
    return Row(
        name, ours["trace"].n_unique(), int(ours["PathNs"].sum()), _model_ns(ours, "PathNs"), walks
    )


def _own(spans: pl.DataFrame, options: PathOptions) -> pl.DataFrame:
    paths = find_paths(spans, options).spans.select(*TRACE, pl.col("PathNs").cast(pl.Int64))
    kinds = spans.select(*TRACE, "Kind").unique(TRACE, keep="first")
    return paths.join(kinds, on=TRACE).with_columns(trace="TraceId")


def _charged(frames: list[pl.DataFrame], ours: pl.DataFrame, walk: str) -> Charged:
    rows = [
        (trace, span, own)
        for spans in frames
        for trace, found in walk_all(spans, WALKS[walk]).items()
        for span, own in found.items()
    ]
    theirs = pl.DataFrame(rows, {"TraceId": pl.String, "SpanId": pl.String, "theirs": pl.Int64},
                          orient="row")  # fmt: skip
    both = ours.join(theirs, on=TRACE, how="left").with_columns(pl.col("theirs").fill_null(0))
    off = (pl.col("PathNs") - pl.col("theirs")).abs()
    each = both.group_by("TraceId").agg(off=off.sum())
    return Charged(
        int((each["off"] > 0).sum()), int(each["off"].sum()) / 2, _model_ns(both, "theirs")
    )


def _model_ns(spans: pl.DataFrame, column: str) -> int:
    return int(spans.filter(pl.col("Kind").is_in(MODELS))[column].sum())


def table(rows: list[tuple[Row, Row]]) -> str:
    """Each group under the default modes; in brackets with strict comparison and clipping."""
    heads = ("traces", "time", "elsewhere: Jaeger", "CRISP", "model calls: Longpole", "Jaeger",
             "CRISP")  # fmt: skip
    lines = [f"| recorded | {' | '.join(heads)} |", "| --- |" + " --- |" * len(heads)]
    for row, strict in rows:
        apart = [_elsewhere(row, strict, walk) for walk in row.walks]
        models = [
            f"{ns / row.total_ns:.1%}" if row.model_ns else "-"
            for ns in (row.model_ns, *(walk.model_ns for walk in row.walks.values()))
        ]
        cells = [row.name, str(row.traces), f"{row.total_ns / 1e9:,.1f} s", *apart, *models]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _elsewhere(row: Row, strict: Row, walk: str) -> str:
    found, other = row.walks[walk], strict.walks[walk]
    return (
        f"{found.elsewhere_ns / row.total_ns:.2%} in {found.traces} "
        f"({other.elsewhere_ns / strict.total_ns:.2%} in {other.traces})"
    )


def main(data: Path, page: Path) -> None:
    """Rewrite the table of the page."""
    rows = [
        (compare(name, frames, PathOptions()), compare(name, frames, STRICT))
        for name, frames in groups(data)
    ]
    before, rest = page.read_text("utf-8").split(MARKERS[0])
    after = rest.split(MARKERS[1])[1]
    page.write_text(f"{before}{MARKERS[0]}\n\n{table(rows)}\n\n{MARKERS[1]}{after}", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
