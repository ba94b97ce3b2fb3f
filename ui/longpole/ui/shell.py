"""What surrounds every page: header, navigation rail, theme switch, time range."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import parse_qs

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, page_container
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from longpole.core.errors import InputError, StoreError
from longpole.ui import ids, projects, queries, theme
from longpole.ui.state import DEFAULT_SINCE, SPANS_S

LINKS = (
    ("Overview", "/"),
    ("Traces", "/traces"),
    ("Architecture", "/architecture"),
    ("Findings", "/findings"),
    ("Costs", "/costs"),
    ("Settings", "/settings"),
)
SINCE_LABELS = {"1h": "1 h", "24h": "24 h", "7d": "7 d", "all": "All"}
# Functions of assets/0-shell.js, so that the content security policy needs no inline script.
CLIENT = "longpole"
log = logging.getLogger(__name__)
HIDDEN: dict[str, Any] = {"aria-hidden": "true"}


def layout() -> Component:
    """The frame; Dash puts the page of the current address into it."""
    return dmc.MantineProvider(
        [
            dcc.Location(id=ids.URL, refresh="callback-nav"),
            dcc.Store(id=ids.THEME),
            dcc.Store(id=ids.PROJECT_SHOWN),
            dcc.Store(id=ids.TEMPLATES, data=theme.templates()),
            dcc.Interval(id=ids.TICK, interval=5_000),
            dcc.Interval(id=ids.SLOW_TICK, interval=30_000),
            html.A("Skip to content", href="#content", className="lp-skip"),
            dmc.AppShell(
                [_header(), _rail(), dmc.AppShellMain(_main())],
                id=ids.SHELL,
                header={"height": 48},
                navbar={"width": 168, "breakpoint": "sm", "collapsed": {"mobile": True}},
                padding=0,
            ),
        ],
        defaultColorScheme="auto",
        theme={
            "primaryColor": "blue",
            "fontFamily": theme.FONT,
            "defaultRadius": "sm",
            "fontSizes": {"xs": "11px", "sm": "13px", "md": "14px", "lg": "16px"},
        },
    )


def register(app: Dash) -> None:
    """The shell's callbacks; all but the list of projects run in the browser."""
    app.callback(
        Output(ids.PROJECT_CHOICE, "data"),
        Output(ids.PROJECT_CHOICE, "value"),
        Output(ids.PROJECT_SHOWN, "data"),
        Input(ids.LOCATION, "search"),
        Input(ids.SLOW_TICK, "n_intervals"),
    )(offer_projects)
    app.clientside_callback(
        ClientsideFunction(CLIENT, "chooseProject"),
        Output(ids.URL, "href"),
        Input(ids.PROJECT_CHOICE, "value"),
        State(ids.PROJECT_SHOWN, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(CLIENT, "toggleRail"),
        Output(ids.SHELL, "navbar"),
        Input(ids.BURGER, "opened"),
        State(ids.SHELL, "navbar"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(CLIENT, "followAddress"),
        Output(ids.SINCE, "value"),
        Output(ids.BRAND, "href"),
        *(Output(ids.nav(path), "href") for _, path in LINKS),
        Input(ids.LOCATION, "pathname"),
        Input(ids.LOCATION, "search"),
    )
    app.clientside_callback(
        ClientsideFunction(CLIENT, "chooseSince"),
        Output(ids.URL, "search"),
        Input(ids.SINCE, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(CLIENT, "dressCharts"),
        Output(ids.TEMPLATES, "modified_timestamp"),
        Input(ids.THEME, "data"),
        State(ids.TEMPLATES, "data"),
        prevent_initial_call=True,
    )


async def offer_projects(search: str | None, _ticks: int | None) -> tuple[list[str], str, str]:
    """Projects to choose from, and twice the one that the address means."""
    try:
        named = projects.given(parse_qs((search or "").removeprefix("?")))
        known = await queries.known_projects()
    except (InputError, StoreError) as error:  # the page itself says what is wrong
        log.warning("the list of projects could not be filled: %s", error)
        raise PreventUpdate from error
    with projects.bound(named):
        shown = await queries.project()
    return sorted({*known, shown}), shown, shown


def _header() -> Component:
    return dmc.AppShellHeader(
        html.Div(
            [
                dmc.Burger(
                    id=ids.BURGER, opened=False, hiddenFrom="sm", size="sm", **_label("Navigation")
                ),
                dcc.Link(
                    [html.Span(className="lp-mark", **HIDDEN), "Longpole"],
                    href="/",
                    id=ids.BRAND,
                    className="lp-brand",
                ),
                html.Span("Project", className="lp-dim lp-wide", **HIDDEN),
                dmc.Select(
                    id=ids.PROJECT_CHOICE, data=[], size="xs", searchable=True, allowDeselect=False,
                    className="lp-project", nothingFoundMessage="no such project",
                    comboboxProps={"width": "max-content", "position": "bottom-start"},
                    **_label("Project"),
                ),
                html.Div(className="lp-grow"),
                html.Span("Times in UTC", className="lp-dim lp-wide"),
                dmc.SegmentedControl(
                    id=ids.SINCE,
                    value=DEFAULT_SINCE,
                    data=[{"value": key, "label": SINCE_LABELS[key]} for key in SPANS_S],
                    size="xs",
                    **_label("Time range"),
                ),
                dmc.ColorSchemeToggle(
                    lightIcon=html.Span("☀", **HIDDEN),
                    darkIcon=html.Span("☾", **HIDDEN),
                    variant="subtle",
                    color="gray",
                    size="md",
                    **_label("Switch between light and dark"),
                ),
            ],
            className="lp-header",
        )
    )  # fmt: skip


def _rail() -> Component:
    links = [
        html.Div(
            dcc.Link(label, href=path, className="lp-nav", id=ids.nav(path)), **_data(nav=path)
        )
        for label, path in LINKS
    ]
    foot = html.A("API", href="/api/docs", className="lp-nav lp-nav-quiet", target="_self")
    return dmc.AppShellNavbar(
        html.Nav(
            [*links, html.Div(className="lp-grow"), foot], className="lp-rail", **_label("Pages")
        )
    )


def _main() -> Component:
    return html.Main(page_container, id="content", tabIndex="-1")


def _label(text: str) -> dict[str, Any]:
    return {"aria-label": text}


def _data(**values: str) -> dict[str, Any]:
    return {f"data-{name}": value for name, value in values.items()}
