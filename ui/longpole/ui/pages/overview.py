"""Overview page: is it well, and what changed?"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from longpole.ui import ids, queries, state
from longpole.ui.pages.guard import guarded
from longpole.ui.state import Filters, Window
from longpole.ui.views import charts, overview, parts
from longpole.ui.wiring import connect


def layout(**query: object) -> Component:
    """The frame; `show` fills it."""
    since = state.parse(query).since
    return html.Div(
        [
            dcc.Store(id=ids.STATE, data={"since": since}),
            html.Div(parts.loading("the overview"), id=ids.OVERVIEW),
        ]
    )


def register(app: Dash) -> None:
    """Fill the page at once and refresh it while it is looked at."""
    connect(
        app,
        Output(ids.OVERVIEW, "children"),
        Input(ids.STATE, "data"),
        Input(ids.SLOW_TICK, "n_intervals"),
    )(show)


@guarded
async def show(query: dict[str, Any], _ticks: int | None = None) -> Component:
    """The whole body."""
    filters = state.parse(query)
    now = filters.window
    totals = await queries.totals(now)
    if not totals["Runs"]:
        return await _without_runs(filters)
    data = await _read(filters, now, totals)
    return overview.body(data, time.time_ns())


async def _without_runs(filters: Filters) -> Component:
    """What to do about it, and the steps of programs that send metrics only."""
    newest, steps = await asyncio.gather(queries.newest_run(), queries.steps(filters.window))
    nothing = parts.no_runs_ever() if newest is None else parts.no_runs_in_range(newest)
    card = None if steps.is_empty() else overview.steps_card(steps, filters.since)
    return parts.page("Overview", "Is it well, and what changed?", nothing, card)


async def _read(filters: Filters, now: Window, totals: dict[str, Any]) -> overview.Overview:
    shown = _drawn(now, totals)
    step = charts.nice_step_ns(shown.end_ns - shown.start_ns)
    before, open_findings, series, steps, releases = await asyncio.gather(
        queries.totals(now.previous),
        queries.findings(),
        queries.series(shown, step),
        queries.steps(now),
        queries.releases(now),
    )
    still_open = [row for row in open_findings if row["State"] != "resolved"]
    whole = charts.without_holes(series, step)
    return overview.Overview(
        filters.since, now, totals, before, still_open, whole, steps, releases
    )  # fmt: skip


def _drawn(window: Window, totals: dict[str, Any]) -> Window:
    """The part of a window that charts draw: all time is cut to where there are runs."""
    if window.start_ns > 0:
        return window
    return Window(totals["FirstNs"], totals["LastNs"] + 1)
