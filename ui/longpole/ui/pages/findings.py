"""Findings page: what must I do?"""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from longpole.ui import ids, queries
from longpole.ui.pages.guard import guarded
from longpole.ui.state import address
from longpole.ui.views import findings, parts
from longpole.ui.wiring import connect

TABS = {"open": "Open", "resolved": "Resolved", "all": "All"}


def layout(**query: object) -> Component:
    """The frame; `show` fills it."""
    chosen = query.get("state")
    tab = chosen if chosen in TABS else "open"
    return html.Div(
        [
            dcc.Store(id=ids.STATE, data={"state": tab}),
            html.Div(parts.loading("findings"), id=ids.FINDINGS),
        ]
    )


def register(app: Dash) -> None:
    """Fill the page at once and refresh it while it is looked at."""
    connect(
        app,
        Output(ids.FINDINGS, "children"),
        Input(ids.STATE, "data"),
        Input(ids.SLOW_TICK, "n_intervals"),
    )(show)


@guarded
async def show(chosen: dict[str, Any], _ticks: int | None = None) -> Component:
    """The list of one tab."""
    tab = chosen.get("state", "open")
    rows = await queries.findings(state="resolved" if tab == "resolved" else "")
    if tab == "open":
        rows = [row for row in rows if row["State"] != "resolved"]
    return parts.page(
        "Findings",
        "Steps that got slower or dearer than their own past, with the evidence.",
        _tabs(tab),
        html.Section(findings.table(rows), className="lp-card")
        if rows
        else findings.no_findings(tab),
    )


def _tabs(tab: str) -> Component:
    links = [
        html.Span(
            dcc.Link(label, href=address("/findings", state=key), className="lp-tab"),
            className="lp-on" if key == tab else None,
        )
        for key, label in TABS.items()
    ]
    return html.Nav(links, className="lp-tabs", **parts.labelled("State"))
