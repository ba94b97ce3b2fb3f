"""The figures of the normalising benchmark as the table of docs/benchmarks.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- normalize: written by make bench-normalize -->", "<!-- normalize: end -->"


def write_table(file: Path, result: dict[str, Any]) -> None:
    """Replace what stands between the marks."""
    text = file.read_text("utf-8")
    made = f"{BEGIN}\n{table(result)}\n{END}"
    file.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: made, text, flags=re.DOTALL), "utf-8")


def table(result: dict[str, Any]) -> str:
    """Markdown: one row a dialect, then the insert of one span."""
    one = result["one_row_insert_ms"]
    lines = [
        "| dialect | view, spans/s | view, µs a span | raw insert alone, µs a span "
        "| plain Python (8 fields), µs a span | ratio to plain Python |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_row(dialect, figures) for dialect, figures in result["dialects"].items()),
        "",
        f"An insert of one span takes {one['with_view']} ms of CPU, without the view "
        f"{one['without']} ms.",
    ]
    return "\n".join(lines)


def _row(dialect: str, figures: dict[str, float]) -> str:
    view = figures["view_us"]
    return (
        f"| {dialect} | {1e6 / view:,.0f} | {view:.1f} | {figures['raw_us']:.1f} "
        f"| {figures['plain_us']:.1f} | {figures['plain_us'] / view:.2f} x |"
    )
