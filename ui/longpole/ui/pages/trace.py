"""The page of one trace."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component


def layout(trace_id: str = "", **_query: object) -> Component:
    """The page for a trace id from the address."""
    return html.Div(f"Trace {trace_id}", className="lp-page")


def register(app: Dash) -> None:
    """Connect the page's callbacks."""
