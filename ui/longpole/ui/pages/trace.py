"""The page of one trace: what did this request wait for?"""

from __future__ import annotations

import time
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from longpole.core.errors import StoreError
from longpole.ui.trace import drawer, ids, states, views, words
from longpole.ui.trace.columns import path_parts, waterfall_columns
from longpole.ui.trace.dom import dom
from longpole.ui.trace.path import Breakdown, break_down
from longpole.ui.trace.queries import Trace, Waiting, read_head, read_span, read_trace

# A trace that is not there yet, or still grows, is looked at again for five minutes.
TICK_MS, TICKS = 2_000, 150
GROWING_S = 60.0
Outcome = tuple[Any, Any, bool]


def layout(trace_id: str = "", **query: Any) -> Component:  # noqa: ANN401 - any parameter
    """The page for a trace id from the address; `?span=` names the span to open."""
    span = query.get("span")
    return html.Div(
        [
            dcc.Store(id=ids.SUBJECT, data=trace_id.strip().lower()),
            dcc.Store(id=ids.COLUMNS),
            dcc.Store(id=ids.SELECTED, data=str(span)[:64].lower() if span else None),
            dcc.Store(id=ids.MOUNTED),
            dcc.Interval(id=ids.TICK, interval=TICK_MS, max_intervals=TICKS),
            html.Div(
                [
                    html.Div(states.loading(), id=ids.SUMMARY),
                    html.Div(id=ids.WATERFALL, className="wf-host"),
                ],
                className="tr-main",
            ),
            html.Aside(
                html.Div(id=ids.DRAWER),
                className="tr-drawer",
                hidden=True,
                id=ids.ASIDE,
                **dom(aria_label="Span details"),
            ),
        ],
        id=ids.PAGE,
        className="lp-page tr-page",
    )


def register(app: Dash) -> None:
    """Connect the page's callbacks."""
    app.callback(
        Output(ids.SUMMARY, "children"),
        Output(ids.COLUMNS, "data"),
        Output(ids.TICK, "disabled"),
        Input(ids.SUBJECT, "data"),
        Input(ids.TICK, "n_intervals"),
        State(ids.MOUNTED, "data"),
    )(show_trace)
    app.callback(
        Output(ids.DRAWER, "children"),
        Input(ids.SELECTED, "data"),
        State(ids.SUBJECT, "data"),
    )(show_span)
    app.clientside_callback(
        ClientsideFunction("longpole_trace", "mount"),
        Output(ids.MOUNTED, "data"),
        Input(ids.COLUMNS, "data"),
        State(ids.SELECTED, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("longpole_trace", "showDrawer"),
        Output(ids.ASIDE, "hidden"),
        Input(ids.SELECTED, "data"),
    )


async def show_trace(trace_id: str, _ticks: int | None, shown: str | None) -> Outcome:
    """Summary, columns, and whether to stop looking. `shown` is the version on the screen."""
    try:
        if shown and await _is_current(trace_id, shown):
            return no_update, no_update, no_update  # type: ignore[return-value]
        found = await read_trace(trace_id)
    except StoreError as error:
        return (no_update if shown else states.unreadable(str(error))), no_update, False
    if found is None:
        return states.not_found(trace_id), None, False
    if isinstance(found, Waiting):
        return states.waiting(trace_id, found), None, False
    return _render(found)


async def show_span(span_id: str | None, trace_id: str) -> Component | None:
    """The drawer's content; nothing where no span is chosen."""
    if not span_id:
        return None
    try:
        span = await read_span(trace_id, span_id)
    except StoreError as error:
        return drawer.failed(str(error))
    return drawer.missing(span_id) if span is None else drawer.drawer(span)


async def _is_current(trace_id: str, shown: str) -> bool:
    head = await read_head(trace_id)
    return head is None or str(head["Version"]) == shown


def _render(trace: Trace) -> Outcome:
    head = trace.head
    breakdown = main_path(trace)
    summary = [
        views.header(head),
        views.answer(breakdown, head["Roots"]),
        views.path(breakdown, words.dollars(head["CostUsd"])),
    ]
    columns = waterfall_columns(
        head["TraceId"], str(head["Version"]), trace.spans, path_parts(breakdown, trace.sections)
    )
    return summary, columns, not is_growing(head)


def main_path(trace: Trace) -> Breakdown | None:
    """The path of the trace's main root, if one is stored."""
    root = trace.head["RootSpanId"]
    broken = break_down(root, trace.sections, trace.spans)
    return broken if broken.rows else None


def is_growing(head: dict[str, Any]) -> bool:
    """Whether spans came so lately that more may follow."""
    return time.time() - float(head["LastIngestedAt"].timestamp()) < GROWING_S
