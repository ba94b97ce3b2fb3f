"""Findings about the architecture as cards, the most expensive first. Pure."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from longpole.ui.views.findings import finding_card

AREA = "architecture"
MOST = 12


def finding_cards(rows: list[dict[str, Any]]) -> Component:
    """Open findings of this area; says why there are none."""
    found = [row for row in rows if row["Area"] == AREA and row["State"] != "resolved"]
    if not found:
        words = (
            "No open findings of the architecture. Serial calls that could run side by side, "
            "repeated calls and loops are looked for in every assembled trace."
        )
        return html.P(words, className="lp-calm")
    ranked = sorted(found, key=lambda row: (-(row["SizeUsdPerDay"] or 0), -(row["SizeMs"] or 0)))
    cards = html.Div([finding_card(row) for row in ranked[:MOST]], className="lp-findings")
    more = len(found) - MOST
    rest = (
        html.P(f"{more:,} more are on the Findings page.", className="lp-dim") if more > 0 else None
    )
    return html.Div([cards, rest])
