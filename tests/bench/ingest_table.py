"""The figures of the ingest benchmark as the tables of docs/benchmarks.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- ingest: written by make bench-ingest -->", "<!-- ingest: end -->"
ROWS = (
    ("accepted (answered, durable), spans/s", "accepted_spans_per_s"),
    ("stored (raw and normalised tables), spans/s", "stored_spans_per_s"),
    ("everything done (assembled, priced, critical path), spans/s", "assembled_spans_per_s"),
    ("answer, p50, ms", "answer_ms_p50"),
    ("answer, p99, ms", "answer_ms_p99"),
    ("CPU seconds per million spans, everything included", "cpu_s_per_million_spans"),
    ("peak memory of the process, MiB", "peak_memory_mib"),
    ("bytes on disk a span, everything included", "bytes_on_disk_per_span"),
)
WAYS = ("http", "grpc", "json")


def write_table(file: Path, result: dict[str, Any]) -> None:
    """Replace what stands between the marks."""
    text = file.read_text("utf-8")
    made = f"{BEGIN}\n{tables(result)}\n{END}"
    file.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: made, text, flags=re.DOTALL), "utf-8")


def tables(result: dict[str, Any]) -> str:
    """Markdown: one column a way, then the run at a fixed rate."""
    plain = result["plain_python"]["spans_per_s"]
    lines = [
        "| | HTTP, protobuf | gRPC | HTTP, JSON | plain Python |",
        "| --- | --- | --- | --- | --- |",
        *(_row(label, name, result, plain) for label, name in ROWS),
        "",
        _paced(result["paced"]),
    ]
    return "\n".join(lines)


def _row(label: str, name: str, result: dict[str, Any], plain: int) -> str:
    is_rate = name.endswith("spans_per_s")
    cells = [_cell(result[way][name], plain if is_rate else None) for way in WAYS]
    same = f"{plain:,}" if name == "stored_spans_per_s" else ""
    return f"| {label} | {' | '.join(cells)} | {same} |"


def _cell(value: float, plain: int | None) -> str:
    return f"{value:,} ({value / plain:.2f} x)" if plain else f"{value:,}"


def _paced(paced: dict[str, Any]) -> str:
    return (
        f"At {paced['spans_per_s']:,} spans a second for {paced['seconds']} s: answers took "
        f"{paced['answer_ms_p50']} ms at the median, {paced['answer_ms_p99']} ms at the 99th "
        "percentile; spans were in the raw and normalised tables "
        f"{paced['stored_after_ms_p50']} ms (p99 {paced['stored_after_ms_p99']} ms) after they "
        "were accepted."
    )
