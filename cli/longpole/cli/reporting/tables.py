"""The tables of a report: what text and HTML both show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from longpole.cli.path_table import plain
from longpole.cli.reporting.amounts import count_text, share_text, time_text, usd_text
from longpole.cli.reporting.gather import Report, Row


@dataclass(frozen=True)
class Table:
    """Cells as text. `shares` (0 to 1) are drawn as bars, one a row; empty: no bars.

    `told` are sentences, one a row, too long for a cell of a terminal; empty: none.
    """

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[float]
    told: Sequence[str] = ()


def tables(report: Report) -> Iterator[Table]:
    """All tables of a report, in the order in which they are read."""
    yield Table("Totals", "", ("what", "value"), _totals(report.totals), ())
    yield Table(
        "What dominates",
        "Steps by their own time on the critical paths. Drag: how much sooner requests would end "
        "without the step's own time.",
        ("step", "kind", "path", "share", "drag", "spans", "errors", "tokens in", "tokens out",
         "cost"),
        [_step(row) for row in report.steps],
        [row["share"] for row in report.steps],
    )  # fmt: skip
    yield Table(
        "Critical path by kind and phase",
        "lead, between and tail are time that no child span explains.",
        ("kind", "phase", "path", "share"),
        [
            (plain(row["kind"]) or "-", row["phase"], time_text(row["path_ms"]),
             share_text(row["share"]))
            for row in report.profile
        ],
        [row["share"] for row in report.profile],
    )  # fmt: skip
    yield Table(
        "Slowest requests",
        "",
        ("trace", "root", "duration", "tokens", "cost", "answer"),
        [_trace(row) for row in report.slowest],
        (),
    )
    yield _findings(report.findings)


def _totals(totals: Row) -> list[tuple[str, str]]:
    return [
        ("traces", f"{count_text(totals['traces'])} ({count_text(totals['failed'])} failed)"),
        ("spans", count_text(totals["spans"])),
        ("duration p50 / p95 / p99",
         " / ".join(time_text(totals[name]) for name in ("p50_ms", "p95_ms", "p99_ms"))),
        ("side by side (work / duration)", str(totals["parallelism"] or "-")),
        ("model calls / tool calls",
         f"{count_text(totals['model_calls'])} / {count_text(totals['tool_calls'])}"),
        ("tokens in / out",
         f"{count_text(totals['input_tokens'])} / {count_text(totals['output_tokens'])}"),
        ("cost", usd_text(totals["cost_usd"])),
    ]  # fmt: skip


def _step(row: Row) -> tuple[str, ...]:
    return (
        plain(row["step"]) or "-", plain(row["kind"]) or "-", time_text(row["path_ms"]),
        share_text(row["share"]), time_text(row["drag_ms"]), count_text(row["spans"]),
        count_text(row["errors"]), count_text(row["input_tokens"]),
        count_text(row["output_tokens"]), usd_text(row["cost_usd"]),
    )  # fmt: skip


def _trace(row: Row) -> tuple[str, ...]:
    return (
        plain(row["trace"]), plain(row["root"]) or "-", time_text(row["duration_ms"]),
        count_text(row["input_tokens"] + row["output_tokens"]), usd_text(row["cost_usd"]),
        plain(row["answer"]) + (" (failed)" if row["failed"] else ""),
    )  # fmt: skip


def _findings(found: list[Row]) -> Table:
    note = "At most, in each request that shows it; to be checked before it is changed."
    if not found:
        note = "No serial steps, repeats, loops, unused results or uncached prompts were found."
    return Table(
        "What would make requests faster or cheaper",
        note,
        ("what", "time", "cost", "requests"),
        [_finding(row) for row in found],
        (),
        [plain(f"{row['reason']} {row['look']}") for row in found],
    )


def _finding(row: Row) -> tuple[str, ...]:
    return (
        plain(row["title"]), time_text(row["ms_a_request"]), usd_text(row["usd_a_request"] or None),
        f"{count_text(row['requests'])} of {count_text(row['of_requests'])}",
    )  # fmt: skip
