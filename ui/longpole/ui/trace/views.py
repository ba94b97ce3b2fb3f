"""The trace page above the waterfall: header, answer, breakdown, path table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import formats, state
from longpole.ui.trace import words
from longpole.ui.trace.dom import dom
from longpole.ui.trace.path import GAP, Breakdown, PathRow, Piece

MAX_TABLE_ROWS = 100
LABEL_SHARE = 0.06


def header(head: Mapping[str, Any]) -> Component:
    """Name, where and when, the numbers, the warnings."""
    failed = bool(head["IsError"])
    status = html.Span(
        "failed" if failed else "ok", className=f"tr-badge {'tr-bad' if failed else 'tr-good'}"
    )
    name = head["RootName"] or "(no name)"
    return html.Header(
        [
            html.Div(
                [html.H1(name, className="tr-title"), status, *_errors(head)], className="tr-top"
            ),
            html.Div(list(_context(head)), className="tr-context"),
            html.Div(list(_warnings(head["Flags"])), className="tr-warnings"),
            html.Dl([_fact(*fact) for fact in words.facts_of(head)], className="tr-facts"),
        ],
        className="tr-header",
    )


def _errors(head: Mapping[str, Any]) -> Iterator[Component]:
    count = int(head["ErrorSpans"])
    if count:
        text = f"{count:,} span{'s' if count != 1 else ''} with an error"
        yield html.Span(text, className="tr-badge tr-bad")


def _context(head: Mapping[str, Any]) -> Iterator[Component]:
    yield html.Span(formats.instant(int(head["Start"].timestamp() * formats.NS_PER_S)))
    for label, name, facet in (
        ("service", "Service", "service"), ("environment", "Environment", ""),
        ("release", "Release", "release"), ("agent", "Agent", "agent"),
        ("session", "SessionId", ""), ("user", "UserId", ""),
    ):  # fmt: skip
        if value := head[name]:
            yield _context_item(label, str(value), facet)
    yield html.Span(
        ["trace ", html.Code(head["TraceId"]), _copy(head["TraceId"])], className="tr-item"
    )


def _context_item(label: str, value: str, facet: str) -> Component:
    shown = html.B(formats.shortened(value, 60), title=value)
    if facet:
        target = state.link("/traces", state.parse({facet: value, "since": "all"}))
        return html.Span([f"{label} ", dcc.Link(shown, href=target)], className="tr-item")
    return html.Span([f"{label} ", shown], className="tr-item")


def _copy(text: str) -> Component:
    return dcc.Clipboard(content=text, title="Copy the trace id", className="tr-copy")


def _warnings(flags: Sequence[str]) -> Iterator[Component]:
    for name in flags:
        badge, meaning = words.flag(name)
        yield html.Details(
            [html.Summary(badge, className="tr-badge tr-warn"), html.P(meaning)],
            className="tr-warning",
        )


def _fact(label: str, value: str, hint: str) -> Component:
    return html.Div([html.Dt(label), html.Dd(value)], title=hint, className="tr-fact")


def answer(breakdown: Breakdown | None, roots: int) -> Component:
    """The one sentence, and what it speaks of where the trace has several roots."""
    notes = []
    if roots > 1:
        notes.append(html.P(
            f"The trace has {roots:,} roots; this is about its main one. "
            "The waterfall marks the path of each.",
            className="tr-dim",
        ))  # fmt: skip
    return html.Section(
        [html.P(words.answer(breakdown), className="tr-answer"), *notes],
        **dom(aria_label="Answer"),
    )


def path(breakdown: Breakdown | None, total_usd: float | None) -> Component:
    """Breakdown bar, legend and table of the critical path."""
    if breakdown is None or not breakdown.rows:
        return html.P(
            "No critical path is stored for this trace: its root has no length, or the job that "
            "assembles traces has not come to it yet.",
            className="tr-dim",
        )
    return html.Section(
        [
            html.H2("Where the time went", className="tr-section"),
            html.Div(
                [_piece(p) for p in breakdown.pieces], className="tr-bar", role="presentation"
            ),
            html.Ul([_legend(p) for p in breakdown.pieces], className="tr-legend"),
            _off_path(breakdown, total_usd),
            html.Details(
                [html.Summary(f"Path by step ({len(breakdown.rows):,})"), _table(breakdown)],
                open=True,
                className="tr-steps",
            ),
        ],
        **dom(aria_label="Critical path"),
    )


def _group(rows: Sequence[int]) -> dict[str, Any]:
    return dom(data_wf_group=",".join(map(str, rows)))


def _look(kind: str, part: str) -> dict[str, Any]:
    return dom(data_kind=kind, data_part=part)


def _piece(piece: Piece) -> Component:
    name = words.part(piece.kind, piece.part)
    label = formats.duration(piece.ns) if piece.share >= LABEL_SHARE else ""
    return html.Div(
        html.Span(label),
        className="tr-piece",
        style={"flexGrow": max(piece.share, 0.0005)},
        title=f"{name}: {formats.duration(piece.ns)}, {formats.share(piece.share)}",
        **_look(piece.kind, piece.part),
        **_group(piece.rows),
    )


def _legend(piece: Piece) -> Component:
    cost = f" · {formats.money(piece.cost_usd)}" if piece.cost_usd is not None else ""
    return html.Li(
        html.Button(
            [
                html.I(className="tr-swatch", **_look(piece.kind, piece.part)),
                html.Span(words.part(piece.kind, piece.part), className="tr-legend-name"),
                html.B(formats.duration(piece.ns)),
                html.Span(f"{formats.share(piece.share)}{cost}", className="tr-dim"),
            ],
            type="button",
            className="tr-legend-item",
            **_group(piece.rows),
        )
    )


def _off_path(breakdown: Breakdown, total_usd: float | None) -> Component | None:
    """Money that bought no waiting: calls beside the path."""
    on_path = breakdown.on_path_usd or 0.0
    if total_usd is None or total_usd - on_path <= max(total_usd * 1e-6, 1e-9):
        return None
    return html.P(
        f"{formats.money(on_path)} of {formats.money(total_usd)} was spent on the path; "
        f"{formats.money(total_usd - on_path)} on calls that nobody waited for.",
        className="tr-dim",
    )


def _table(breakdown: Breakdown) -> Component:
    columns = ("Step", "Agent", "Kind and phase", "What", "On the path", "Share", "Calls", "Cost")
    shown = breakdown.rows[:MAX_TABLE_ROWS]
    body = [_table_row(row) for row in shown]
    rest = breakdown.rows[MAX_TABLE_ROWS:]
    if rest:
        ns = sum(row.ns for row in rest)
        note = f"{len(rest):,} more, {formats.duration(ns)} together"
        body.append(html.Tr(html.Td(note, colSpan=len(columns), className="tr-dim")))
    return html.Div(
        html.Table(
            [html.Thead(html.Tr([html.Th(name, scope="col") for name in columns])),
             html.Tbody(body)],
            className="tr-table",
        ),
        className="tr-scroll",
    )  # fmt: skip


def _table_row(row: PathRow) -> Component:
    swatch = html.I(className="tr-swatch", **_look(row.group[0], row.part))
    cost = formats.money(row.cost_usd) if row.cost_usd is not None else _no_cost(row)
    texts = [(row.step or "-"), (row.agent or "-")]
    return html.Tr(
        [
            *(html.Td(formats.shortened(text, 48), title=text) for text in texts),
            html.Td([swatch, words.row_part(row)], className="tr-kind"),
            html.Td(formats.shortened(row.what, 60), title=row.what),
            html.Td(formats.duration(row.ns), className="tr-num"),
            html.Td(
                [html.I(className="tr-share", style={"width": f"{row.share * 100:.2f}%"}),
                 html.Span(formats.share(row.share))],
                className="tr-num tr-share-cell",
            ),
            html.Td(f"{row.calls:,}", className="tr-num"),
            html.Td(cost, className="tr-num"),
        ],
        tabIndex=0,
        **_group([row.number]),
    )  # fmt: skip


def _no_cost(row: PathRow) -> str:
    return formats.UNKNOWN if row.unpriced else ("" if row.group[0] == GAP else "-")
