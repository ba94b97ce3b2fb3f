"""The log records of a span. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longpole.core.otlp import render_value

SEVERITIES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


@dataclass(frozen=True)
class LogRecord:
    """One record as text. `at_ns` is since 1970; `severity` and `event` may be empty."""

    at_ns: int
    severity: str
    event: str
    scope: str
    body: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class SpanLogs:
    """Records of a span, earliest first, and how many the store has of it altogether."""

    records: tuple[LogRecord, ...] = ()
    stored: int = 0


NO_LOGS = SpanLogs()


def span_logs(rows: Sequence[Mapping[str, Any]]) -> SpanLogs:
    """Rows of trace_span_logs.sql; a record that was sent twice is one."""
    records = tuple(dict.fromkeys(map(_key, rows)))
    known = {_key(row): row for row in rows}
    return SpanLogs(
        tuple(_record(known[key]) for key in records),
        max((int(row["Records"]) for row in rows), default=0) - (len(rows) - len(records)),
    )


def severity_word(text: str, number: int) -> str:
    """The sender's word, else that of the number; empty where neither is said."""
    known = SEVERITIES[(number - 1) // 4] if 1 <= number <= 24 else ""
    return text or known


def _key(row: Mapping[str, Any]) -> tuple[object, ...]:
    lists = (tuple(row["AttributeKeys"]), tuple(row["AttributeValues"]))
    return (row["AtNs"], row["Event"], row["Scope"], row["BodyText"], *lists)


def _record(row: Mapping[str, Any]) -> LogRecord:
    values = map(render_value, row["AttributeValues"])
    return LogRecord(
        row["AtNs"],
        severity_word(row["Severity"], row["SeverityNumber"]),
        row["Event"],
        row["Scope"],
        render_value(row["BodyText"]),
        dict(zip(row["AttributeKeys"], values, strict=True)),
    )
