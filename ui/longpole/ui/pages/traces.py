"""The traces page."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component


def layout(**_query: object) -> Component:
    """The page."""
    return html.Div("traces", className="lp-page")


def register(app: Dash) -> None:
    """Connect the page's callbacks."""
