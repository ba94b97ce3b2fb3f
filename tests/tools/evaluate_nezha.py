"""Ranks nodes and edges for each fault of the Nezha captures against their fault-free minute.

    python tests/tools/evaluate_nezha.py FOLDER docs/critical-path.md

FOLDER has one folder a system, as published: `*_trace.csv.gz` of a minute each, one of them
`*_faultfree_*`, and `*-fault_list.json`. Of each capture only the traces that begin within three
minutes after an injection count; a fault without such traces has no capture and is left out. The
table is written between the markers of the page.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import polars as pl

from longpole.analytics.critical_path import PathOptions, find_paths
from longpole.analytics.localise_path import Ranked, charge, rank_nodes_and_edges

MARKERS = ("<!-- nezha -->", "<!-- end nezha -->")
WITHIN_NS = 180 * 10**9


class Fault(NamedTuple):
    """What was injected, into which service, and the spans of the traces that began after it."""

    system: str
    kind: str
    service: str
    spans: pl.DataFrame


class Result(NamedTuple):
    """Places (from 1) of the faulty service among nodes, and of edges to or from it among edges."""

    fault: Fault
    node: int | None
    edge: int | None


def service_of(pod: str) -> str:
    """A pod's name without the two parts that its deployment adds."""
    return re.sub(r"-[0-9a-f]+-[0-9a-z]{5}$", "", pod)


def read_spans(file: Path) -> pl.DataFrame:
    """The spans of a capture, for find_paths and charge."""
    return pl.read_csv(file).select(
        TraceId=pl.col("TraceID").cast(pl.String),
        SpanId=pl.col("SpanID").cast(pl.String),
        ParentSpanId=pl.col("ParentID").cast(pl.String).replace("root", ""),
        StartNs=pl.col("StartTimeUnixNano").cast(pl.Int64),
        DurationNs=(pl.col("EndTimeUnixNano") - pl.col("StartTimeUnixNano")).clip(0),
        SpanKind=pl.lit(""),
        Process=pl.col("PodName"),
        Service=pl.col("PodName").map_elements(service_of, return_dtype=pl.String),
        Operation=pl.col("OperationName"),
    ).unique(["TraceId", "SpanId"], keep="first", maintain_order=True)  # fmt: skip


def charges_of(spans: pl.DataFrame) -> pl.DataFrame:
    """Whom the time on the paths of a capture is charged to."""
    return charge(spans, find_paths(spans, PathOptions()).sections)


def faults(folder: Path) -> Iterator[Fault]:
    """Each fault of a system's lists after which traces were captured."""
    files = [file for file in sorted(folder.glob("*_trace.csv.gz")) if "faultfree" not in file.name]
    captured = pl.concat([read_spans(file) for file in files]).unique(["TraceId", "SpanId"])
    roots = captured.filter(pl.col("ParentSpanId") == "")
    for listed in sorted(folder.glob("*fault_list.json")):
        for fault in chain.from_iterable(json.loads(listed.read_text("utf-8")).values()):
            at = datetime.fromisoformat(fault["inject_time"]).replace(tzinfo=UTC)
            at_ns = int(at.timestamp()) * 10**9
            after = roots.filter(pl.col("StartNs").is_between(at_ns, at_ns + WITHIN_NS))
            spans = captured.join(after.select("TraceId").unique(), on="TraceId", how="semi")
            if len(spans):
                yield Fault(
                    folder.name, fault["inject_type"], service_of(fault["inject_pod"]), spans
                )


def place(fault: Fault, ranked: Ranked) -> Result:
    """Where the faulty service stands."""
    nodes = ranked.nodes["Service"].to_list()
    callees = list(dict.fromkeys(ranked.edges["Callee"]))
    name = fault.service
    return Result(
        fault,
        nodes.index(name) + 1 if name in nodes else None,
        callees.index(name) + 1 if name in callees else None,
    )


def evaluate(folder: Path) -> list[Result]:
    """The results of every fault of one system."""
    baseline = pl.concat(
        [charges_of(read_spans(file)) for file in sorted(folder.glob("*faultfree*.csv.gz"))]
    )
    return [
        place(fault, rank_nodes_and_edges(baseline, charges_of(fault.spans)))
        for fault in faults(folder)
    ]


def table(results: list[Result]) -> str:
    """How often the faulty service is first, and among the first three, by system and kind."""
    grouped: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        grouped[result.fault.system, result.fault.kind].append(result)
    lines = [
        "| system | fault | faults | node top-1 | node top-3 | edge top-1 | edge top-3 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (system, kind), found in sorted(grouped.items()):
        counts = [
            sum(1 for one in found if (rank := getattr(one, of)) and rank <= top)
            for of in ("node", "edge")
            for top in (1, 3)
        ]
        lines.append(f"| {system} | {kind} | {len(found)} | " + " | ".join(map(str, counts)) + " |")
    return "\n".join(lines)


def main(data: Path, page: Path) -> None:
    """Rewrite the table of the page."""
    results = [result for folder in sorted(data.iterdir()) for result in evaluate(folder)]
    before, rest = page.read_text("utf-8").split(MARKERS[0])
    after = rest.split(MARKERS[1])[1]
    page.write_text(f"{before}{MARKERS[0]}\n\n{table(results)}\n\n{MARKERS[1]}{after}", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
