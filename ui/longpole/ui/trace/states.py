"""What the page says when there is no whole trace to show. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import formats
from longpole.ui.state import address
from longpole.ui.trace.queries import Waiting

# Assembly takes a trace within seconds; after this long without it something is wrong.
LATE_S = 30.0


def loading() -> Component:
    """Before the first answer."""
    return html.P("Reading the trace …", className="tr-dim", role="status")


def not_found(trace_id: str) -> Component:
    """The store has no span of this trace."""
    return _state(
        "No such trace",
        [
            html.P(["No span of trace ", html.Code(trace_id[:64]), " is stored."]),
            html.P(
                "A finished request shows up here about two seconds after its last export; many "
                "exporters send every five seconds. This page keeps looking for five minutes."
            ),
            html.P(
                "If it stays empty: check the id (32 hexadecimal digits), the exporter's address, "
                "and how long traces are kept."
            ),
            dcc.Link("Search all traces", href=address("/traces")),
        ],
    )


def waiting(trace_id: str, state: Waiting) -> Component:
    """Spans are there, the trace is not assembled."""
    number = f"{state.spans:,} span{'s have' if state.spans != 1 else ' has'}"
    texts: list[Component] = [
        html.P([f"{number} arrived of trace ", html.Code(trace_id[:64]), "; it is being put "
                "together. This page refreshes by itself."]),
    ]  # fmt: skip
    if state.quiet_s > LATE_S:
        late = f"The last span came {formats.ago(state.quiet_s)}, so this takes too long. "
        texts.append(html.P([
            late, "Is the process that assembles traces running (",
            html.Code("longpole jobs"), ", or ", html.Code("longpole up"), ")? ",
            html.Code("longpole doctor"), " tells.",
        ]))  # fmt: skip
    return _state("Still being assembled", texts)


def unreadable(problem: str) -> Component:
    """The store refused or could not be reached."""
    return _state(
        "The trace could not be read",
        [html.P(problem), html.P("This page tries again every few seconds.")],
    )


def _state(title: str, content: Sequence[Component]) -> Component:
    return html.Div(
        [html.H1(title, className="tr-title"), *content], className="tr-state", role="status"
    )
