"""Buttons that change something: assets/settings.js sends a POST to the API and says what came."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component


def act(label: str, *segments: str, question: str = "", disabled: bool = False) -> Component:
    """A button for `POST /api/v1/<segments>`; asks the question before, if there is one."""
    path = "/api/v1/" + "/".join(quote(segment, safe="") for segment in segments)
    data: dict[str, Any] = {"data-lp-post": path}
    if question:
        data["data-lp-question"] = question
    return html.Button(label, type="button", className="lp-act", disabled=disabled, **data)
