"""What an address without a page shows."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui.state import address


def layout(**_query: object) -> Component:
    """Words and a way back."""
    return html.Div(
        [
            html.H1("There is no such page"),
            html.P(
                [
                    "The address may be mistyped. ",
                    dcc.Link("Go to the overview", href=address("/")),
                    ".",
                ]
            ),
        ],
        className="lp-page",
    )
