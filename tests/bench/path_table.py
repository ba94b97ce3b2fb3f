"""The figures of the critical-path benchmark as the table of docs/benchmarks.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- path: written by make bench-path -->", "<!-- path: end -->"
NAMES = {
    "arrays": "Longpole, from arrays of numbers: trees and paths",
    "arrays_all": "Longpole, from arrays: with slack and drag too",
    "frame": "Longpole, `find_paths` from a shuffled frame with ids as text, all columns out",
    "jaeger": "Jaeger UI's walk in plain Python",
    "crisp": "CRISP's walk in plain Python",
}


def write_table(file: Path, result: dict[str, Any]) -> None:
    """Replace what stands between the marks."""
    made = f"{BEGIN}\n{table(result)}\n{END}"
    text = re.sub(f"{BEGIN}.*{END}", lambda _: made, file.read_text("utf-8"), flags=re.DOTALL)
    file.write_text(text, "utf-8")


def table(result: dict[str, Any]) -> str:
    """Markdown: one row a program, then what each charges to the wrong span."""
    slowest = min(result["spans_per_s"].values())
    lines = ["| | spans/s of one core | ratio |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {result['spans_per_s'][key]:,} | {result['spans_per_s'][key] / slowest:.1f} |"
        for key, name in NAMES.items()
    ]
    lines += ["", "| charged to the wrong span | Jaeger UI's walk | CRISP's walk |"]
    lines += ["| --- | --- | --- |"]
    for name, wrong in result["wrong"].items():
        cells = (
            f"{wrong[walk]['share']:.1%} of the time, {wrong[walk]['traces']:.0%} of the traces"
            for walk in ("jaeger", "crisp")
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
