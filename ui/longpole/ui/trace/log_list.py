"""The list of a span's log records in its drawer. Pure."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from longpole.ui import formats
from longpole.ui.trace.logs import LogRecord, SpanLogs

LONGEST_BODY, LONGEST_VALUE, MAX_ATTRIBUTES = 20_000, 2_000, 50
BAD = ("ERR", "FATAL", "CRIT")


def log_list(logs: SpanLogs, start_ns: int) -> Component | None:
    """Time since the span's start, severity, event and body of each record; None without any."""
    if not logs.stored:
        return None
    items = [_item(record, start_ns) for record in logs.records]
    if left_out := logs.stored - len(logs.records):
        items.append(html.Li(f"{left_out:,} more records", className="tr-dim"))
    return html.Details(
        [html.Summary(html.H3(f"Logs ({logs.stored:,})")), html.Ul(items, className="tr-events")],
        open=True,
        className="tr-fold",
    )


def _item(record: LogRecord, start_ns: int) -> Component:
    after = f"{'+' if record.at_ns >= start_ns else '-'}"
    after += formats.duration(abs(record.at_ns - start_ns))
    tone = " tr-bad" if record.severity.upper().startswith(BAD) else ""
    severity = html.Span(record.severity[:40], className=f"tr-badge{tone}")
    head = [
        severity if record.severity else None,
        html.B(record.event or record.scope or "log"),
        " ",
        html.Span(after, className="tr-dim", title=formats.instant(record.at_ns)),
    ]
    body = html.Pre(_cut(record.body, LONGEST_BODY), className="tr-text") if record.body else None
    return html.Li([html.Div(head), body, _attributes(record)])


def _attributes(record: LogRecord) -> Component | None:
    if not record.attributes:
        return None
    shown = sorted(record.attributes.items())[:MAX_ATTRIBUTES]
    rows = [
        html.Tr([html.Th(key, scope="row"), html.Td(_cut(value, LONGEST_VALUE))])
        for key, value in shown
    ]
    count = len(record.attributes)
    summary = f"{count:,} attributes" if count > 1 else "1 attribute"
    table = html.Table(html.Tbody(rows), className="tr-attributes")
    return html.Details([html.Summary(summary), table], className="tr-fold")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]} … ({len(text):,} characters)"
