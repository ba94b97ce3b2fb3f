"""The page of one trace: what did this request wait for?"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from longpole.core.errors import StoreError
from longpole.ui.trace import drawer, ids, states, views, what_if, what_if_view, words
from longpole.ui.trace.columns import path_parts, waterfall_columns
from longpole.ui.trace.dom import dom
from longpole.ui.trace.path import Breakdown, break_down
from longpole.ui.trace.queries import Trace, Waiting, read_head, read_span, read_trace
from longpole.ui.views import reconciliation
from longpole.ui.wiring import connect

# A trace that is not there yet, or still grows, is looked at again for about five minutes. Each
# look is asked for after the one before was shown (assets/trace_page.js): an interval would
# overtake a slow answer, and Dash drops an answer that was overtaken.
LOOKS = 150
GROWING_S = 60.0
Outcome = tuple[Any, Any, int | None]


def layout(trace_id: str = "", **query: Any) -> Component:  # noqa: ANN401 - any parameter
    """The page for a trace id from the address; `?span=` names the span to open."""
    span = query.get("span")
    return html.Div(
        [
            dcc.Store(id=ids.SUBJECT, data=trace_id.strip().lower()),
            dcc.Store(id=ids.COLUMNS),
            dcc.Store(id=ids.SELECTED, data=str(span)[:64].lower() if span else None),
            dcc.Store(id=ids.MOUNTED),
            dcc.Store(id=ids.LOOK, data=1),
            dcc.Store(id=ids.AGAIN),
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
    what_if.register(app)
    connect(
        app,
        Output(ids.SUMMARY, "children"),
        Output(ids.COLUMNS, "data"),
        Output(ids.AGAIN, "data"),
        Input(ids.SUBJECT, "data"),
        Input(ids.LOOK, "data"),
        State(ids.MOUNTED, "data"),
    )(show_trace)
    connect(
        app,
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
        ClientsideFunction("longpole_trace", "lookAgain"),
        Output(ids.AGAIN, "storage_type"),
        Input(ids.AGAIN, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("longpole_trace", "showDrawer"),
        Output(ids.ASIDE, "hidden"),
        Input(ids.SELECTED, "data"),
    )


async def show_trace(trace_id: str, look: int, shown: str | None) -> Outcome:
    """Summary, columns, and the number of the next look (None: it is done).

    `shown` is the version on the screen, which is not sent again.
    """
    again = look + 1 if look < LOOKS else None
    try:
        head = await read_head(trace_id)
        if head and str(head["Version"]) == shown:
            return no_update, no_update, again if is_growing(head) else None
        found = await read_trace(trace_id)
    except StoreError as error:
        return (no_update if shown else states.unreadable(str(error))), no_update, again
    if isinstance(found, Trace):
        return *_render(found), again if is_growing(found.head) else None
    if shown:  # the trace expired while it was looked at
        return no_update, no_update, None
    if isinstance(found, Waiting):
        return states.waiting(trace_id, found), None, again
    return states.not_found(trace_id), None, again


async def show_span(span_id: str | None, trace_id: str) -> Component | None:
    """The drawer's content; nothing where no span is chosen."""
    if not span_id:
        return None
    try:
        span = await read_span(trace_id, span_id)
    except StoreError as error:
        return drawer.failed(str(error))
    if span is None:
        return drawer.missing(span_id)
    # Counting the tokens of a prompt would hold up every other request.
    return await asyncio.to_thread(drawer.drawer, span)


def _render(trace: Trace) -> tuple[list[Component | None], dict[str, Any]]:
    head = trace.head
    breakdown = main_path(trace)
    summary = [
        views.header(head),
        views.answer(breakdown, head["Roots"]),
        views.path(breakdown, words.dollars(head["CostUsd"])),
        what_if_view.panel(trace.spans),
        reconciliation.trace_part(head["TraceId"], trace.claims),
    ]
    columns = waterfall_columns(
        head["TraceId"], str(head["Version"]), trace.spans, path_parts(breakdown, trace.sections)
    )
    return summary, columns


def main_path(trace: Trace) -> Breakdown | None:
    """The path of the trace's main root, if one is stored."""
    root = trace.head["RootSpanId"]
    broken = break_down(root, trace.sections, trace.spans)
    return broken if broken.rows else None


def is_growing(head: dict[str, Any]) -> bool:
    """Whether spans came so lately that more may follow."""
    return time.time() - float(head["LastIngestedAt"].timestamp()) < GROWING_S
