"""What arrived lately, on the Settings page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from longpole.ui import formats
from longpole.ui.seen import SAMPLE, Seen
from longpole.ui.state import Filters, link
from longpole.ui.views import parts

Row = dict[str, Any]
NOTABLE_NS = 1_000_000_000  # a clock ahead by less moves no bar that anybody would miss


def cards(seen: Seen, since: str, now_ms: int) -> list[Component]:
    """Dialects, unread fields, clocks."""
    return [
        _dialects(seen.dialects, since, now_ms),
        _fields(seen.fields),
        _senders(seen.senders, now_ms),
    ]


def _dialects(rows: Sequence[Row], since: str, now_ms: int) -> Component:
    heads = ["Service", "Dialect", "Spans#", "Of GenAI work#", "Last"]
    lines: list[list[parts.Child]] = [
        [
            parts.name(row["Service"], link("/traces", Filters(since, service=row["Service"]))),
            _dialect(row["Dialect"]),
            f"{row['Spans']:,}",
            f"{row['GenAiSpans']:,}",
            formats.ago((now_ms - row["LastMs"]) / 1000),
        ]
        for row in rows
    ]
    nothing = "No span of this project in this time range."
    return _card("Dialects seen", heads, lines, nothing, "How the instrumentations name things.")


def _fields(rows: Sequence[Row]) -> Component:
    heads = ["Field", "Service", "Dialect", "Spans#", "Example"]
    lines: list[list[parts.Child]] = [
        [
            parts.name(row["Field"]),
            parts.name(row["Service"]),
            _dialect(row["Dialect"]),
            f"{row['Spans']:,}",
            html.Span(html.Bdi(formats.shortened(row["Example"], 80)), className="lp-why",
                      title=row["Example"]),
        ]
        for row in rows
    ]  # fmt: skip
    nothing = "None: every attribute of the sample is read, content, or general."
    note = f"Attributes that no row of the mapping reads, in the newest {SAMPLE:,} GenAI spans."
    return _card("Fields not understood", heads, lines, nothing, note)


def _senders(rows: Sequence[Row], now_ms: int) -> Component:
    heads = ["Service", "Process or host", "Clock", "Usual delay#", "Spans#", "Last"]
    lines: list[list[parts.Child]] = [
        [
            parts.name(row["Service"]),
            parts.name(row["Process"]),
            _clock(row["AheadNs"]),
            formats.duration(row["DelayNs"]),
            f"{row['Spans']:,}",
            formats.ago((now_ms - row["LastMs"]) / 1000),
        ]
        for row in rows
    ]
    note = "Delay: from the end of a span to its arrival, median."
    return _card("Clocks of senders", heads, lines, "No sender in this time range.", note)


def _card(
    title: str, heads: list[str], lines: list[list[parts.Child]], nothing: str, note: str
) -> Component:
    body = parts.table(heads, lines, title) if lines else html.P(nothing, className="lp-dim")
    return parts.card(title, body, note)


def _clock(ahead_ns: int) -> Component:
    if ahead_ns <= 0:
        return html.Span("no sign of an offset", className="lp-dim")
    words = f"ahead by at least {formats.duration(ahead_ns)}"
    return parts.badge(words, "warn") if ahead_ns >= NOTABLE_NS else html.Span(words)


def _dialect(name: str) -> Component:
    return html.Span(html.Bdi(name)) if name else html.Span("none", className="lp-dim")
