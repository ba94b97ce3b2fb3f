"""Colours and plotly templates. CSS variables of the same meaning live in assets/app.css.

Categorical colours are the Okabe-Ito set, told apart under the common colour-vision deficiencies;
colour never carries a meaning alone, a word stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Literal

import plotly.graph_objects as go
import plotly.io as pio

Scheme = Literal["light", "dark"]
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILION, YELLOW, GREY = "#56B4E9", "#D55E00", "#F0E442", "#8A94A6"

KIND_COLOURS: dict[str, str] = {
    "llm": BLUE,
    "embedding": SKY,
    "retriever": GREEN,
    "reranker": "#44AA99",
    "tool": ORANGE,
    "agent": PINK,
    "chain": "#AA4499",
    "guardrail": VERMILION,
    "evaluator": "#DDCC77",
    "memory": "#999933",
    "mcp": "#B8860B",
    "engine": "#332288",
    "other": GREY,
}
INK = {"light": "#1d2733", "dark": "#e3e8ef"}
DIM = {"light": "#5b6776", "dark": "#97a3b4"}
LINE = {"light": "#e4e8ed", "dark": "#2c3644"}
SURFACE = {"light": "#ffffff", "dark": "#171e28"}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

_scheme: ContextVar[Scheme] = ContextVar("longpole_scheme", default="light")


@contextmanager
def using(scheme: Scheme) -> Iterator[None]:
    """Build figures of this context in the given scheme."""
    token = _scheme.set(scheme)
    try:
        yield
    finally:
        _scheme.reset(token)


def kind_colour(kind: str) -> str:
    """The colour of a span kind; unknown kinds look like `other`."""
    return KIND_COLOURS.get(kind, GREY)


def template_name(scheme: Scheme | None = None) -> str:
    """The registered plotly template of a scheme, by default of the request's."""
    return f"longpole_{scheme or _scheme.get()}"


def current_template() -> go.layout.Template:
    """The template of the request's scheme."""
    return template(_scheme.get())


def templates() -> dict[str, Any]:
    """Both templates as JSON values, for the script that re-dresses charts on a theme switch."""
    return {name: template(name).to_plotly_json() for name in ("light", "dark")}


@cache
def template(scheme: Scheme) -> go.layout.Template:
    """Calm, dense, no chart junk; backgrounds are see-through so that cards show."""
    axis = {
        "gridcolor": LINE[scheme],
        "linecolor": LINE[scheme],
        "zerolinecolor": LINE[scheme],
        "tickcolor": LINE[scheme],
        "tickfont": {"color": DIM[scheme], "size": 11},
        "title": {"font": {"color": DIM[scheme], "size": 11}, "standoff": 6},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 12, "color": INK[scheme]},
            "colorway": [BLUE, ORANGE, GREEN, PINK, SKY, VERMILION],
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "hovermode": "x unified",
            "hoverlabel": {
                "bgcolor": SURFACE[scheme],
                "bordercolor": LINE[scheme],
                "font": {"color": INK[scheme], "size": 12},
            },
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 1.02,
                "yanchor": "bottom",
                "font": {"size": 11, "color": DIM[scheme]},
            },
            "bargap": 0.15,
            "annotationdefaults": {"font": {"color": DIM[scheme], "size": 11}},
        }
    )


def register_templates() -> None:
    """Make both templates known to plotly; done once, when an app is built."""
    for scheme in ("light", "dark"):
        pio.templates[template_name(scheme)] = template(scheme)
