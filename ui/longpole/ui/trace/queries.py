"""What the store knows of one trace, read through `longpole.ui.queries.ask`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from longpole.ui.queries import ask
from longpole.ui.reconciliation import claims_of_trace
from longpole.ui.trace.logs import NO_LOGS, SpanLogs, span_logs

# A trace of many roots (an exporter that lost every parent) is found by time instead of by name.
MAX_ROOT_NAMES = 100
# Of the log records of one span, so that the drawer stays quick to open.
LOG_LIMITS = {"limit": 200, "text": 200_000, "bytes": 4 << 20}
CLAIMS = 101  # one more than the page shows
SECTION_COLUMNS = (
    "SpanId", "StartNs", "EndNs", "Phase", "Evidence",
    "Kind", "Service", "Agent", "Step", "Operation", "Model", "Peer",
)  # fmt: skip


@dataclass(frozen=True)
class Trace:
    """An assembled trace: its row of `traces`, its spans, its path as one row a section, and
    what its spans claim beside what is counted (some).

    Times are ns since 1970. Sections carry `RootSpanId`, the root whose path they are part of.
    """

    head: dict[str, Any]
    spans: pl.DataFrame
    sections: pl.DataFrame
    claims: list[dict[str, Any]]


@dataclass(frozen=True)
class Waiting:
    """Spans have arrived that are not assembled yet."""

    spans: int
    quiet_s: float


@dataclass(frozen=True)
class Span:
    """One span: its assembled facts, if any; as sent, while that is kept; and its log records."""

    facts: dict[str, Any] | None
    raw: dict[str, Any] | None
    logs: SpanLogs = NO_LOGS


async def read_head(trace_id: str) -> dict[str, Any] | None:
    """The row of `traces`; None where the trace is not assembled (yet)."""
    rows = (await ask("trace_head", {"trace": trace_id})).to_dicts()
    return rows[0] if rows else None


async def read_trace(trace_id: str) -> Trace | Waiting | None:
    """The whole trace; what has arrived of it; or None where the store never saw it."""
    head, spans = await asyncio.gather(read_head(trace_id), ask("trace_spans", {"trace": trace_id}))
    if head is None or spans.is_empty():
        return await _read_waiting(trace_id)
    sections, claims = await asyncio.gather(
        _read_sections(trace_id, head, spans), _read_claims(trace_id, spans)
    )
    return Trace(head, spans, sections, claims)


async def read_span(trace_id: str, span_id: str) -> Span | None:
    """One span of a trace; None where neither its facts nor the raw span are there."""
    which = {"trace": trace_id, "span": span_id}
    facts, raw, logs = await asyncio.gather(
        ask("trace_span", which),
        ask("trace_span_raw", which),
        ask("trace_span_logs", {**which, **LOG_LIMITS}),
    )
    if facts.is_empty() and raw.is_empty():
        return None
    return Span(_first(facts), _first(raw), span_logs(logs.to_dicts()))


def one_row_a_section(paths: pl.DataFrame) -> pl.DataFrame:
    """Unfold the parallel arrays of `path_sections`; earliest section of each root first."""
    lists = [f"Sections.{name}" for name in SECTION_COLUMNS]
    return (
        paths.filter(pl.col("Sections.SpanId").list.len() > 0)
        .select("RootSpanId", *lists)
        .explode(lists)
        .rename({f"Sections.{name}": name for name in SECTION_COLUMNS})
        .with_columns(pl.col("StartNs", "EndNs").cast(pl.Int64))
        .sort("RootSpanId", "StartNs", "EndNs", maintain_order=True)
    )


async def _read_sections(trace_id: str, head: dict[str, Any], spans: pl.DataFrame) -> pl.DataFrame:
    paths = await ask(
        "trace_sections",
        {
            "trace": trace_id,
            "names": _root_names(head, spans),
            "from_ns": spans["StartNs"].min(),
            "to_ns": spans["StartNs"].max(),
        },
    )
    return one_row_a_section(paths)


async def _read_claims(trace_id: str, spans: pl.DataFrame) -> list[dict[str, Any]]:
    starts = spans["StartNs"].sort()
    return await claims_of_trace(trace_id, int(starts[0]), int(starts[-1]), CLAIMS)


def _root_names(head: dict[str, Any], spans: pl.DataFrame) -> Sequence[str]:
    names = {head["RootName"], *spans.filter("IsRoot")["Name"].unique().to_list()}
    return sorted(names) if len(names) <= MAX_ROOT_NAMES else []


async def _read_waiting(trace_id: str) -> Waiting | None:
    row = (await ask("trace_waiting", {"trace": trace_id})).row(0, named=True)
    if not row["Spans"]:
        return None
    return Waiting(row["Spans"], max(row["NowMs"] - row["LastMs"], 0) / 1000)


def _first(frame: pl.DataFrame) -> dict[str, Any] | None:
    return None if frame.is_empty() else frame.row(0, named=True)
