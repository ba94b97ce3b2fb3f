"""The profile as a table: where the selected traces wait, and links to the traces behind it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import formats, state, theme
from longpole.ui.architecture.frames import Profile
from longpole.ui.architecture.selection import Selection
from longpole.ui.architecture.view_state import ROWS, View
from longpole.ui.views import parts

MOST_ROWS = 300
PART_WORDS = {"work": "", "edge": "edge", "gap": "no span"}
NAMES = {"root": "root operation", "band": "percentile band"}
# Rows of the table -> the filter of the list of traces.
LISTED = {
    "release": "release", "model": "model", "agent": "agent", "service": "service",
    "root": "root_name", "environment": "environment", "variant": "variant",
}  # fmt: skip
CURRENT: dict[str, Any] = {"aria-current": "true"}
Row = dict[str, Any]


def chooser(label: str, choices: list[tuple[str, str, bool]]) -> Component:
    """Links of which one is the current: (words, address, whether it is chosen)."""
    links: list[Any] = [html.Span(label, className="lp-dim")]
    for words, href, chosen in choices:
        link = dcc.Link(html.Bdi(formats.shortened(words, 40)), href=href, title=words[:2000])
        links.append(html.B(link, className="ar-chosen", **CURRENT) if chosen else link)
    return html.Nav(links, className="ar-choices", **parts.labelled(label))


def profile_table(profile: Profile, view: View) -> Component:
    """Rows largest first with ms a trace, share, calls, money; says so where nothing is there."""
    by = [(NAMES.get(one, one), View(view.selection, one, view.compare).href, one == view.by)
          for one in ROWS]  # fmt: skip
    rows = profile.rows.head(MOST_ROWS).to_dicts()
    heads = [*_heads(view.by), "ms a trace#", "Share#", "Traces#", "Calls#", "USD#"]
    table = parts.table(heads, [_cells(row, view) for row in rows], f"Profile by {view.by}")
    more = profile.rows.height - len(rows)
    rest = html.P(f"{more:,} smaller rows are not shown.", className="lp-dim") if more > 0 else None
    return html.Div([chooser("Rows", by), html.Div(table, className="ar-tall"), rest])


def row_name(row: Row) -> str:
    """What a row is about, in one line."""
    given = row["Row"] or row["Step"]
    part = PART_WORDS.get(row["Part"], row["Part"])
    if row["Part"] == "edge" and " → " in row["Row"] and row["Service"]:
        # The row itself names who was called; its step made the call.
        part, given = f"edge {given}", row["Step"]
    agent = f" ({row['Agent']})" if row["Agent"] and row["Agent"] != given else ""
    return f"{given or '(not named)'}{agent}" + (f" · {part}" if part else "")


def traces_href(row: Row, by: str, chosen: Selection) -> str | None:
    """The list of the traces that a row counts; None where the list has no such filter."""
    known: dict[str, str] = {
        "since": chosen.since, "service": chosen.service, "release": chosen.release,
        "environment": chosen.environment, "root_name": chosen.root_name,
        "variant": chosen.variant,
    }  # fmt: skip
    if by == "step" and row["Step"]:
        known["step"] = row["Step"]
    elif by in LISTED and row["Row"]:
        known[LISTED[by]] = row["Row"]
    else:
        return None
    return state.link("/traces", state.parse(known))


def _heads(by: str) -> list[str]:
    return ["Step", "Kind", "Service"] if by == "step" else [NAMES.get(by, by).capitalize()]


def _cells(row: Row, view: View) -> list[parts.Child]:
    href = traces_href(row, view.by, view.selection)
    named: list[parts.Child] = [parts.name(row_name(row), href)]
    if view.by == "step":
        named += [parts.kind_mark(row["Kind"], theme.kind_colour(row["Kind"])),
                  parts.name(row["Service"])]  # fmt: skip
    share = html.Span(
        [formats.share(row["Share"]), parts.bar(row["Share"] or 0, theme.SKY)],
        className="lp-withbar",
    )
    money = formats.money(row["CostUsd"]) if row["CostUsd"] is not None else "-"
    traces = f"{row['Traces']:,}"
    return [
        *named, formats.duration((row["MeanMs"] or 0) * 1e6), share,
        dcc.Link(traces, href=href, className="lp-link") if href else traces,
        f"{row['Calls']:,}", money,
    ]  # fmt: skip
