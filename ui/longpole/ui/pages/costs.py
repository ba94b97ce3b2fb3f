"""Costs page: where do the figures come from, and what is missing?"""

from __future__ import annotations

import time
from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from longpole.ui import costs, ids, queries, state
from longpole.ui.pages.guard import guarded
from longpole.ui.views import costs as costs_views
from longpole.ui.views import parts
from longpole.ui.wiring import connect


def layout(**query: object) -> Component:
    """The frame; `show` fills it."""
    return html.Div(
        [
            dcc.Store(id=ids.STATE, data={"since": state.parse(query).since}),
            html.Div(parts.loading("the costs"), id=ids.COSTS),
        ]
    )


def register(app: Dash) -> None:
    """Fill the page at once and refresh it while it is looked at."""
    connect(
        app,
        Output(ids.COSTS, "children"),
        Input(ids.STATE, "data"),
        Input(ids.SLOW_TICK, "n_intervals"),
    )(show)


@guarded
async def show(query: dict[str, Any], _ticks: int | None = None) -> Component:
    """The whole body."""
    filters = state.parse(query)
    found = await costs.costs(filters.window)
    nothing = None if found.sources else await _no_calls()
    return costs_views.body(found, filters.since, time.time_ns(), nothing)


async def _no_calls() -> Component:
    newest = await queries.newest_run()
    if newest is None:
        return parts.no_runs_ever()
    return parts.no_runs_in_range(newest)
