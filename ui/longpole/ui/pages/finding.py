"""Page of one finding: why it was called abnormal, and where to look."""

from __future__ import annotations

import asyncio
from typing import Any

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from longpole.ui import ids, queries
from longpole.ui.pages.guard import guarded
from longpole.ui.queries import StepKey
from longpole.ui.state import address
from longpole.ui.views import finding, parts
from longpole.ui.wiring import connect


def layout(incident_id: str = "", **_query: object) -> Component:
    """The frame; `show` fills it."""
    return html.Div(
        [
            dcc.Store(id=ids.FINDING_ID, data=incident_id),
            html.Div(parts.loading("the finding"), id=ids.FINDING),
        ]
    )


def register(app: Dash) -> None:
    """Fill the page at once and refresh it while it is looked at."""
    connect(
        app,
        Output(ids.FINDING, "children"),
        Input(ids.FINDING_ID, "data"),
        Input(ids.SLOW_TICK, "n_intervals"),
    )(show)


@guarded
async def show(incident: str, _ticks: int | None = None) -> Component:
    """The whole body."""
    rows = await queries.findings(incident=incident) if incident else []
    if not rows:
        return _unknown(incident)
    row = rows[0]
    examples = [*row["ExampleTraces"], *row["NormalTraces"]]
    window = finding.charted(row)
    series, traces, told = await asyncio.gather(
        queries.step_series(_key(row), window.from_s, window.to_s, window.step_s),
        queries.example_traces(examples),
        queries.notifications(incident),
    )
    return finding.body(row, series, traces, told)


def _key(row: dict[str, Any]) -> StepKey:
    return StepKey(row["Service"], row["Agent"], row["Step"], row["Operation"], row["Model"])


def _unknown(incident: str) -> Component:
    words: list[parts.Child] = [
        f"No incident has the id {incident[:80]!r}. It may have expired. ",
        dcc.Link("All findings", href=address("/findings", state="all"), className="lp-link"),
    ]
    return parts.page("Finding", "", parts.empty("There is no such finding", words))
