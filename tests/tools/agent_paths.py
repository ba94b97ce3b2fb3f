"""Critical paths of the recorded agent runs: time by kind, and what two published walks misjudge.

    python tests/tools/agent_paths.py FOLDER tests/data/paths/agent_traces.json

FOLDER is read as agent_traces.py does. One line a file: its roots, their time, and the share of it
by kind of span, as the attributes name it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl
from agent_traces import READERS, ReadSpan, files
from bench_path import wrong

from longpole.analytics.critical_path import PathOptions, Paths, find_paths

KIND_ATTRIBUTES = (
    "openinference.span.kind", "gen_ai.operation.name", "langfuse.observation.type",
    "traceloop.span.kind",
)  # fmt: skip


def read(file: Path) -> pl.DataFrame:
    """The spans of a file for find_paths, with Kind as the attributes name it."""
    return frame(READERS[file.parent.name](json.loads(file.read_text("utf-8"))))


def frame(spans: Iterable[ReadSpan]) -> pl.DataFrame:
    """Spans as find_paths reads them; a run is one process."""
    rows = [
        {
            "TraceId": span.trace.hex(), "SpanId": span.id.hex(),
            "ParentSpanId": span.parent.hex(), "StartNs": span.start_ns,
            "DurationNs": span.end_ns - span.start_ns, "SpanKind": span.kind.capitalize(),
            "Process": "", "Kind": kind_of(span.attributes), "Operation": span.name,
        }
        for span in spans
    ]  # fmt: skip
    return pl.DataFrame(rows)


def kind_of(attributes: dict[str, Any]) -> str:
    """What an instrumentation calls the kind of a span, in small letters, else `other`."""
    named = (attributes.get(name) for name in KIND_ATTRIBUTES)
    return next((str(name).lower() for name in named if name), "other")


def summary(spans: pl.DataFrame, paths: Paths) -> dict[str, Any]:
    """Roots, their time in ns, its share by kind, and what the two walks charge elsewhere."""
    kinds = paths.spans.join(spans.select("TraceId", "SpanId", "Kind"), on=["TraceId", "SpanId"])
    total = int(kinds["PathNs"].sum())
    by_kind = kinds.group_by("Kind").agg(pl.col("PathNs").sum()).sort("Kind")
    misjudged = {name: round(found["share"], 4) for name, found in wrong(spans).items()}
    return {
        "roots": paths.roots.height,
        "path_ns": total,
        "share": {kind: round(own / total, 4) for kind, own in by_kind.iter_rows() if own},
        "misjudged": misjudged,
    }


def main(folder: Path, out: Path) -> None:
    lines = []
    for file in files(folder):
        spans = read(file)
        found = summary(spans, find_paths(spans, PathOptions()))
        lines.append(f" {json.dumps(f'{file.parent.name}/{file.name}')}: {json.dumps(found)}")
    out.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
