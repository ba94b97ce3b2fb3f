"""Traces page: which requests? Filters, duration histogram, list with paging in the store."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from longpole.core.errors import LongpoleError
from longpole.ui import ids, projects, queries, state
from longpole.ui.shell import CLIENT
from longpole.ui.state import Filters
from longpole.ui.views import charts, parts, traces
from longpole.ui.wiring import connect

CHOICES = ("service", "agent", "release", "model")
NUMBERS = {"min_ms": "Min. duration", "max_ms": "Max. duration", "min_usd": "Min. cost"}
CONTROLS = ("q", *CHOICES, "status", *NUMBERS)
# Filters without a control, set by links from other pages and shown as words.
LINKED = ("step", "session", "user", "environment", "root_name", "variant")
# The grid follows the page's colours through CSS variables, in both schemes.
GRID_THEME = {
    "function": "themeQuartz.withParams({backgroundColor: 'var(--lp-surface)', "
    "foregroundColor: 'var(--lp-ink)', headerTextColor: 'var(--lp-dim)', "
    "headerBackgroundColor: 'var(--lp-surface)', borderColor: 'var(--lp-line)', "
    "rowHoverColor: 'var(--lp-hover)', oddRowBackgroundColor: 'var(--lp-surface)', "
    "accentColor: 'var(--lp-accent)', fontSize: 13, headerFontSize: 12, spacing: 5, "
    "fontFamily: 'inherit', wrapperBorderRadius: 8, headerColumnResizeHandleColor: "
    "'var(--lp-line)', columnBorder: false})"
}
log = logging.getLogger(__name__)
Facets = dict[str, list[str]]


def layout(**query: object) -> Component:
    """The page with its filters set from the address; callbacks fill the rest."""
    filters = state.parse(query)
    return parts.page(
        "Traces",
        "One row a run of an agent or a request.",
        dcc.Store(id=ids.STATE, data=_as_data(filters, ("since", *LINKED, *CONTROLS))),
        dcc.Store(id=ids.NEWEST),
        dcc.Store(id=ids.RANGE, data=_range(filters)),
        _filters(filters),
        html.Div(
            [
                html.Div("Loading runs …", id=ids.SUMMARY, role="status", className="lp-summary"),
                dcc.Graph(
                    id=ids.HISTOGRAM,
                    config=charts.GRAPH_CONFIG,
                    style={"height": "104px"},
                    responsive=True,
                ),
            ],
            className="lp-card lp-flat",
        ),
        _grid(),
    )


def register(app: Dash) -> None:
    """Connect filters, histogram, list and live refresh."""
    controls = [Input(ids.facet(name), "value") for name in CONTROLS]
    app.clientside_callback(
        ClientsideFunction(CLIENT, "applyFilters"),
        Output(ids.STATE, "data"),
        *controls,
        State(ids.RANGE, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(CLIENT, "chooseBin"),
        Output(ids.facet("min_ms"), "value"),
        Output(ids.facet("max_ms"), "value"),
        Input(ids.HISTOGRAM, "clickData"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(CLIENT, "clearFilters"),
        *(Output(ids.facet(name), "value", allow_duplicate=True) for name in CONTROLS),
        Input(ids.CLEAR, "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(CLIENT, "reloadGrid"),
        Output(ids.GRID, "paginationGoTo"),
        Input(ids.STATE, "data"),
        Input(ids.NEWEST, "data"),
        prevent_initial_call=True,
    )
    connect(
        app,
        Output(ids.SUMMARY, "children"),
        Output(ids.HISTOGRAM, "figure"),
        Output(ids.NEWEST, "data"),
        Input(ids.STATE, "data"),
        Input(ids.TICK, "n_intervals"),
        State(ids.NEWEST, "data"),
    )(summarise)
    connect(
        app,
        *(Output(ids.facet(name), "data") for name in CHOICES),
        Input(ids.RANGE, "data"),
        State(ids.STATE, "data"),
    )(offer)
    connect(
        app,
        Output(ids.GRID, "getRowsResponse"),
        Input(ids.GRID, "getRowsRequest"),
        State(ids.STATE, "data"),
        prevent_initial_call=True,
    )(rows)


async def summarise(
    chosen: dict[str, Any], _ticks: int | None, seen: list[int] | None
) -> tuple[Any, Any, list[int]]:
    """The line and the histogram; on a tick only when there is something new."""
    filters = state.parse(chosen)
    try:
        totals = await queries.traces_summary(filters)
        mark = [totals["Runs"], totals["NewestNs"]]
        if ctx.triggered_id == ids.TICK and mark == seen:
            raise PreventUpdate
        bins = await queries.traces_histogram(filters)
        words = traces.summary(totals, filters) if totals["Runs"] else await _nothing(filters)
    except LongpoleError as error:
        log.warning("the list of traces could not be filled: %s", error)
        return parts.failed(str(error)), charts.figure(), seen or [0, 0]
    return words, charts.durations(bins), mark


async def rows(request: dict[str, Any] | None, chosen: dict[str, Any]) -> dict[str, Any]:
    """One page of rows for the grid's infinite row model."""
    if request is None:
        raise PreventUpdate
    filters = state.parse(chosen)
    start = max(int(request["startRow"]), 0)
    limit = min(max(int(request["endRow"]) - start, 1), 500)
    order = traces.order(request.get("sortModel"))
    try:
        page, totals = await asyncio.gather(
            queries.traces_page(filters, order, limit, start), queries.traces_summary(filters)
        )
    except LongpoleError as error:
        log.warning("rows of the list of traces could not be read: %s", error)
        return {"rowData": [], "rowCount": 0}  # the line above the list says why
    return {"rowData": traces.rows(page), "rowCount": totals["Runs"]}


async def offer(chosen_range: dict[str, Any], chosen: dict[str, Any]) -> tuple[list[str], ...]:
    """Values each filter offers: those that occur in the time range, and the one chosen."""
    try:
        found = await queries.facets(state.window(chosen_range["since"]))
    except LongpoleError as error:
        log.warning("the filters could not be filled: %s", error)
        raise PreventUpdate from error  # the line above the list says why
    return tuple(_with(found[name], str(chosen.get(name) or "")) for name in CHOICES)


async def _nothing(filters: Filters) -> Any:  # noqa: ANN401 - what Dash takes as children
    newest = await queries.newest_run()
    if newest is None:
        return parts.no_runs_ever()
    if filters != Filters(since=filters.since):
        return (
            "No run fits these filters in this time range. Clear a filter or choose a longer time."
        )
    return parts.no_runs_in_range(newest)


def _with(values: list[str], chosen: str) -> list[str]:
    return values if not chosen or chosen in values else [chosen, *values]


def _range(filters: Filters) -> dict[str, Any]:
    """What the address says besides the controls."""
    return {**projects.as_query(), **_as_data(filters, ("since", *LINKED))}


def _as_data(filters: Filters, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(filters, name) for name in names}


def _filters(filters: Filters) -> Component:
    search = dmc.TextInput(
        id=ids.facet("q"), value=filters.q, label="Search", debounce=300, size="xs",
        placeholder="run, agent, step, service, session or trace id", className="lp-q",
    )  # fmt: skip
    choices = [_choice(name, getattr(filters, name)) for name in CHOICES]
    status = dmc.Select(
        id=ids.facet("status"), value=filters.status or None, label="Status", clearable=True,
        data=[{"value": "ok", "label": "ok"}, {"value": "error", "label": "error"}],
        placeholder="any", size="xs",
    )  # fmt: skip
    numbers = [_number(name, label, getattr(filters, name)) for name, label in NUMBERS.items()]
    clear = dmc.Button("Clear", id=ids.CLEAR, variant="default", size="xs", n_clicks=0)
    return html.Form(
        [search, *choices, status, *numbers, clear, _linked_note(filters)],
        className="lp-filters",
        role="search",
    )


def _linked_note(filters: Filters) -> Component | None:
    given = [name for name in LINKED if getattr(filters, name)]
    if not given:
        return None
    words: list[parts.Child] = []
    for name in given:
        words += [f"{name.replace('_', ' ')} ", html.B(html.Bdi(getattr(filters, name))), " · "]
    everything = state.link("/traces", Filters(since=filters.since))
    everyone = dcc.Link("remove", href=everything, className="lp-link")
    return html.Span(["Only runs with ", *words, everyone], className="lp-stepnote")


def _choice(name: str, value: str) -> Component:
    return dmc.Select(
        id=ids.facet(name), value=value or None, data=[value] if value else [], clearable=True,
        label=name.capitalize(), placeholder="any", searchable=True, size="xs", limit=100,
        nothingFoundMessage="no such value in this time range",
    )  # fmt: skip


def _number(name: str, label: str, value: float | None) -> Component:
    money = name.endswith("usd")
    unit: dict[str, Any] = {"prefix": "$"} if money else {"suffix": " ms"}
    return dmc.NumberInput(
        id=ids.facet(name), value="" if value is None else value, label=label, min=0,
        debounce=400, size="xs", hideControls=True, decimalScale=6 if money else 3,
        placeholder="any", **unit,
    )  # fmt: skip


def _grid() -> Component:
    return dag.AgGrid(
        id=ids.GRID,
        columnDefs=traces.columns(),
        rowModelType="infinite",
        className="lp-grid",
        style={"height": None},
        getRowId="params.data.id",
        dashGridOptions={
            "theme": GRID_THEME,
            "rowHeight": 32,
            "headerHeight": 34,
            "cacheBlockSize": 100,
            # The wrapper has one slot for an answer: a second request at once would lose the first.
            "maxConcurrentDatasourceRequests": 1,
            "maxBlocksInCache": 20,
            "infiniteInitialRowCount": 20,
            "suppressCellFocus": False,
            "enableCellTextSelection": True,
            "tooltipShowDelay": 400,
            "localeText": {"noRowsToShow": "No run fits.", "loadingOoo": "Loading …"},
        },
        defaultColDef={"resizable": True, "suppressMovable": True},
    )
