"""Architecture page: which steps make the tail?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
import polars as pl
from dash import Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from longpole.analytics.whatif import Match, parse_change
from longpole.core.errors import InputError, LongpoleError
from longpole.ui import ids, projects, queries, what_if
from longpole.ui.architecture import queries as asked
from longpole.ui.architecture.change_view import difference_table, tail_bars
from longpole.ui.architecture.flame import flame_of
from longpole.ui.architecture.flame_view import flame_graph
from longpole.ui.architecture.found import finding_cards
from longpole.ui.architecture.graph import agent_graph
from longpole.ui.architecture.profile_view import chooser, profile_table
from longpole.ui.architecture.selection import BANDS as ALL_BANDS
from longpole.ui.architecture.selection import MIDDLE, TAIL
from longpole.ui.architecture.variants import variants_table
from longpole.ui.architecture.view_state import (
    BANDS,
    PREVIOUS,
    RELEASE,
    Comparison,
    View,
    comparison,
    filtered,
    read_view,
)
from longpole.ui.architecture.what_if_view import FACTOR, set_answer, step_choices
from longpole.ui.pages.guard import guarded
from longpole.ui.views import parts
from longpole.ui.wiring import connect

FILTERS = {
    "root_name": "Root operation", "service": "Service", "release": "Release",
    "environment": "Environment", "workflow": "Workflow",
}  # fmt: skip
MOST_STEPS = 12
SAMPLE = 500  # traces whose schedule is run again while somebody waits
Show = Callable[[View], Awaitable[Component]]


def layout(**query: object) -> Component:
    """The frame with a place for each section; each fills itself, none waits for another."""
    given = {name: str(value)[:500] for name, value in query.items() if value is not None}
    view = read_view(given)
    sections = [
        html.Section(
            [html.Div([html.H2(title), html.Span(note, className="lp-dim")],
                      className="lp-cardhead"),
             html.Div(_skeleton(title), id=ids.architecture(name))],
            className="lp-card", **parts.labelled(title),
        )
        for name, (title, note, _) in SECTIONS.items()
    ]  # fmt: skip
    return parts.page(
        "Architecture",
        "Which steps make the tail?",
        dcc.Store(id=ids.STATE, data={**projects.as_query(), **given}),
        _filters(view),
        *sections,
    )


def register(app: Dash) -> None:
    """Connect the filters, and every section on its own."""
    controls = (*FILTERS, "band")
    connect(
        app,
        Output(ids.URL, "href", allow_duplicate=True),
        *(Input(ids.architecture(f"filter-{name}"), "value") for name in controls),
        State(ids.STATE, "data"),
        prevent_initial_call=True,
    )(choose)
    connect(
        app,
        *(Output(ids.architecture(f"filter-{name}"), "data") for name in FILTERS),
        Input(ids.STATE, "data"),
    )(offer)
    for name, (_, _, show) in SECTIONS.items():
        output = Output(ids.architecture(name), "children")
        connect(app, output, Input(ids.STATE, "data"))(_filling(show))


async def choose(*values: Any) -> str:  # noqa: ANN401 - controls, then the state
    """The address of what the filters say now, where that is not what is shown."""
    *chosen, data = values
    names = (*FILTERS, "band")
    view = read_view(data)
    now = filtered(view, dict(zip(names, (value or "" for value in chosen), strict=True)))
    if now == view:
        raise PreventUpdate
    return now.href


async def offer(data: dict[str, Any]) -> tuple[list[str], ...]:
    """Values each filter offers: those of the time range, and the one chosen."""
    selection = read_view(data).selection
    try:
        found = await queries.ask("path_facets", selection.window.parameters)
    except LongpoleError as error:  # each section says what is wrong
        raise PreventUpdate from error
    values: dict[str, list[str]] = {name: [] for name in FILTERS}
    for row in found.to_dicts():
        values[row["Facet"]].append(row["Value"])
    chosen = {name: str(getattr(selection, name)) for name in FILTERS}
    return tuple(
        [
            *([chosen[name]] if chosen[name] and chosen[name] not in values[name] else []),
            *values[name],
        ]
        for name in FILTERS
    )


def _filling(show: Show) -> Callable[..., Any]:
    @guarded
    async def fill(data: dict[str, Any]) -> Component:
        return await show(read_view(data))

    return fill


async def _findings(view: View) -> Component:
    return finding_cards(await queries.findings())


async def _flame(view: View) -> Component:
    stacks, whole = await asyncio.gather(
        asked.read_flame(view.selection), asked.read_profile(view.selection, "root", cost=False)
    )
    if not whole.traces:
        return await _nothing(view)
    return flame_graph(flame_of(stacks), whole.traces, "Flame graph of the critical paths")


async def _table(view: View) -> Component:
    profile = await asked.read_profile(view.selection, view.by)
    return profile_table(profile, view) if profile.traces else await _nothing(view)


async def _difference(view: View) -> Component:
    compared = comparison(view)
    releases = await asked.read_profile(view.selection, "release", cost=False)
    choices = [
        ("the time before", View(view.selection, view.by).href, view.compare == PREVIOUS),
        (f"{TAIL} against {MIDDLE}", View(view.selection, view.by, BANDS).href,
         view.compare == BANDS),
    ]  # fmt: skip
    for name in releases.rows["Row"].unique(maintain_order=True).head(8).to_list():
        if name and name != view.selection.release:
            key = RELEASE + name
            choices.append(
                (f"release {name}", View(view.selection, view.by, key).href, view.compare == key)
            )
    body = html.P(compared.why_not, className="lp-dim") if compared.why_not else None
    return html.Div([chooser("Compare with", choices), body or await _compared(view, compared)])


async def _compared(view: View, both: Comparison) -> Component:
    found, now, before, sizes, old_sizes = await asyncio.gather(
        asked.read_difference(both.before, both.after, view.by),
        asked.read_flame(both.after), asked.read_flame(both.before),
        asked.read_profile(both.after, "root", cost=False),
        asked.read_profile(both.before, "root", cost=False),
    )  # fmt: skip
    if not sizes.traces or not old_sizes.traces:
        empty = "after" if old_sizes.traces else "before"
        return html.P(
            f"Comparing {both.words}: the side {empty} has no traces.", className="lp-dim"
        )
    label = f"Differential flame graph: {both.words}"
    flame = flame_graph(flame_of(now, before), sizes.traces, label, old_sizes.traces)
    words = "Orange grew, blue shrank; sizes are those of the newer side."
    return html.Div([difference_table(found, both.words), html.P(words, className="lp-dim"), flame])


async def _tail(view: View) -> Component:
    return tail_bars(await asked.read_tail(view.selection))


async def _graph(view: View) -> Component:
    return agent_graph(await asked.read_agent_graph(view.selection))


async def _variants(view: View) -> Component:
    return variants_table(await asked.read_variants(view.selection), view)


async def _what_if(view: View) -> Component:
    chosen = view.selection
    if (
        chosen.band
        or chosen.variant
        or chosen.step
        or chosen.agent
        or chosen.environment
        or chosen.workflow
    ):
        words = "Asked over all traces of a root operation, service and release; clear the rest."
        return html.P(words, className="lp-dim")
    profile = await asked.read_profile(chosen, "step", cost=False)
    steps = profile.rows.filter(pl.col("Part") == "work")["Step"].unique(maintain_order=True)
    known = [name for name in steps.to_list() if name][:MOST_STEPS]
    step = view.faster or (known[0] if known else "")
    if not step:
        return html.P("No step is on the path of these traces.", className="lp-dim")
    change = replace(parse_change(f"faster:{FACTOR},step=any"), match=Match(step=step))
    asked_of = what_if.Chosen(
        chosen.window, chosen.service, chosen.root_name, chosen.release, SAMPLE
    )
    try:
        answer = set_answer(await what_if.try_on_set(asked_of, [change]), step)
    except InputError as error:
        answer = html.P(str(error), className="lp-dim")
    return html.Div([step_choices(known, view, step), answer])


async def _nothing(view: View) -> Component:
    newest = await queries.newest_run()
    if newest is None:
        return parts.no_runs_ever()
    if filtered(view, dict.fromkeys((*FILTERS, "band"), "")) != view:
        return html.P("No trace fits these filters in this time range.", className="lp-dim")
    return parts.no_runs_in_range(newest)


def _skeleton(title: str) -> Component:
    return html.Div(
        f"Loading {title[0].lower()}{title[1:]} …", className="ar-skeleton", role="status"
    )


def _filters(view: View) -> Component:
    choices = [
        _choice(name, label, getattr(view.selection, name)) for name, label in FILTERS.items()
    ]
    bands = list(dict.fromkeys([MIDDLE, TAIL, *(band.name for band in ALL_BANDS)]))
    named = view.selection.band
    band = dmc.Select(
        id=ids.architecture("filter-band"), value=named or None, label="Percentile band",
        data=bands if not named or named in bands else [named, *bands], clearable=True,
        placeholder="all", size="xs",
    )  # fmt: skip
    clear = dcc.Link("Clear", href=View(type(view.selection)(since=view.selection.since)).href,
                     className="lp-link")  # fmt: skip
    given = [f"{name} {value}" for name in ("variant", "step", "agent")
             if (value := getattr(view.selection, name))]  # fmt: skip
    note = (
        html.P(["Only traces with ", html.Bdi(", ".join(given))], className="lp-dim")
        if given
        else None
    )
    form = html.Form([*choices, band, clear], className="ar-filters", role="search")
    return html.Div([form, note])


def _choice(name: str, label: str, value: str) -> Component:
    return dmc.Select(
        id=ids.architecture(f"filter-{name}"), value=value or None, data=[value] if value else [],
        clearable=True, label=label, placeholder="any", searchable=True, size="xs", limit=100,
        nothingFoundMessage="no such value in this time range",
    )  # fmt: skip


SECTIONS: dict[str, tuple[str, str, Show]] = {
    "findings": ("Findings", "what could be faster or cheaper", _findings),
    "flame": ("Flame graph", "time on the critical path, from the root down", _flame),
    "table": ("Profile", "a trace on average", _table),
    "difference": ("Difference", "what changed", _difference),
    "tail": ("Why the tail is slow", f"{TAIL} against {MIDDLE}", _tail),
    "what-if": ("What if", "a step twice as fast, over the selected traces", _what_if),
    "graph": ("Agent graph", "who calls whom", _graph),
    "variants": ("Variants of the path", "steps in order, repeats folded", _variants),
}
