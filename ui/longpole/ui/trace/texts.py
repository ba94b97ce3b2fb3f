"""Texts of any length on the trace page. Pure."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

# What is shown at once of a long text, and the most that is sent to the browser.
SHORT_TEXT, LONGEST_TEXT = 800, 200_000


def long_text(text: str) -> Component:
    """Plain text; long ones are cut, with the rest one click away."""
    if len(text) <= SHORT_TEXT:
        return html.Pre(text, className="tr-text")
    whole = text[:LONGEST_TEXT]
    more = f"Show all ({len(text):,} characters)"
    if len(text) > LONGEST_TEXT:
        more = f"Show the first {LONGEST_TEXT:,} of {len(text):,} characters"
    return html.Details(
        [
            html.Summary(
                [html.Pre(text[:SHORT_TEXT] + " …", className="tr-text"),
                 html.Span(more, className="tr-more")]
            ),
            html.Pre(whole, className="tr-text"),
        ],
        className="tr-long",
    )  # fmt: skip
