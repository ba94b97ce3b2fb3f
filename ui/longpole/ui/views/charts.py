"""Figures: rows in, plotly out. Colours and fonts come from the template."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import plotly.graph_objects as go
import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import theme
from longpole.ui.formats import duration
from longpole.ui.views.parts import labelled

GRAPH_CONFIG: Any = {"displayModeBar": False, "responsive": True, "doubleClick": "reset"}


def figure(*traces: go.Bar | go.Scatter, **layout: object) -> go.Figure:
    """A figure in the scheme of the request."""
    made = go.Figure(list(traces))
    made.update_layout(template=theme.current_template(), **layout)
    return made


def graph(made: go.Figure, label: str, height: int = 180, name: str | None = None) -> Component:
    """The figure on a page, with words for those who cannot see it."""
    named: dict[str, Any] = {"id": name} if name else {}
    chart = dcc.Graph(
        figure=made, config=GRAPH_CONFIG, style={"height": f"{height}px"}, responsive=True, **named
    )
    return html.Div(chart, role="img", **labelled(label))


def runs_and_latency(series: pl.DataFrame) -> go.Figure:
    """Runs as bars, p95 as a line over them."""
    at = instants(series["AtNs"])
    runs, errors = series["Runs"].to_list(), series["Errors"].to_list()
    fine = [all_ - bad for all_, bad in zip(runs, errors, strict=True)]
    seconds = (series["P95Ns"] / 1e9).to_list()  # null, so a gap, where nothing ran
    texts = [duration(value) for value in series["P95Ns"]]
    return figure(
        go.Bar(x=at, y=fine, name="without error", marker_color=theme.SKY, opacity=0.75),
        go.Bar(x=at, y=errors, name="with error", marker_color=theme.VERMILION),
        go.Scatter(
            x=at, y=seconds, name="p95", yaxis="y2", mode="lines+markers",
            line={"color": theme.PINK, "width": 2}, marker={"size": 4}, connectgaps=False,
            customdata=texts, hovertemplate="%{customdata}",
        ),
        barmode="stack",
        yaxis={"title": {"text": "runs"}, "rangemode": "tozero", "nticks": 4},
        yaxis2={
            "overlaying": "y", "side": "right", "rangemode": "tozero", "showgrid": False,
            "title": {"text": "p95, s"}, "nticks": 4, "tickmode": "auto",
        },
        xaxis={"hoverformat": "%Y-%m-%d %H:%M UTC"},
    )  # fmt: skip


def cost(series: pl.DataFrame) -> go.Figure:
    """Cost a bucket."""
    return figure(
        go.Bar(
            x=instants(series["AtNs"]), y=series["CostUsd"].to_list(), name="cost",
            marker_color=theme.GREEN, hovertemplate="$%{y:.4f}",
        ),
        yaxis={"title": {"text": "USD"}, "tickprefix": "$", "rangemode": "tozero", "nticks": 4},
        xaxis={"hoverformat": "%Y-%m-%d %H:%M UTC"},
        showlegend=False,
    )  # fmt: skip


def without_holes(series: pl.DataFrame, step_ns: int) -> pl.DataFrame:
    """A row for each step of time between the first and the last, also where nothing ran."""
    if series.is_empty():
        return series
    low, high = int(series["AtNs"].min()), int(series["AtNs"].max())  # type: ignore[arg-type]
    times = pl.DataFrame({"AtNs": range(low, high + 1, step_ns)}, schema={"AtNs": pl.Int64})
    filled = times.join(series.cast({"AtNs": pl.Int64}), on="AtNs", how="left")
    return filled.with_columns(pl.col("Runs", "Errors", "CostUsd").fill_null(0)).sort("AtNs")


def durations(bins: pl.DataFrame) -> go.Figure:
    """Histogram over log bins; each bar carries its limits in ms for the click that filters."""
    rows = {row["Bin"]: row for row in bins.to_dicts()}
    if not rows:
        return figure(xaxis={"visible": False}, yaxis={"visible": False})
    axis = list(range(min(rows), max(rows) + 1))
    limits = [(10 ** (i / 8), 10 ** ((i + 1) / 8)) for i in axis]
    words = [f"{duration(low)} to {duration(high)}" for low, high in limits]
    custom = [
        [low / 1e6, high / 1e6, word] for (low, high), word in zip(limits, words, strict=True)
    ]
    bad = [rows.get(i, {}).get("Errors", 0) for i in axis]
    fine = [rows.get(i, {}).get("Runs", 0) - n for i, n in zip(axis, bad, strict=True)]
    ticks = _ticks(axis[0], axis[-1] + 1)
    return figure(
        go.Bar(
            x=axis, y=fine, name="without error", marker_color=theme.SKY, customdata=custom,
            offset=0, width=1, hovertemplate="%{customdata[2]}: %{y} runs<extra></extra>",
        ),
        go.Bar(
            x=axis, y=bad, base=fine, name="with error", marker_color=theme.VERMILION,
            offset=0, width=1, customdata=custom,
            hovertemplate="%{customdata[2]}: %{y} with error<extra></extra>",
        ),
        barmode="overlay",
        showlegend=False,
        hovermode="closest",
        bargap=0.05,
        xaxis={
            "tickvals": list(ticks), "ticktext": list(ticks.values()),
            "range": [axis[0] - 0.5, axis[-1] + 1.5], "fixedrange": True,
        },
        yaxis={"nticks": 3, "fixedrange": True},
    )  # fmt: skip


def _ticks(low: int, high: int) -> dict[float, str]:
    """Places of 1, 2 and 5 in each decade on an axis of log bins; fewer where there are many."""
    steps = (1, 2, 5) if high - low < 24 else (1,)
    places = {
        8 * math.log10(n * 10.0**decade): duration(n * 10.0**decade)
        for decade in range(low // 8, high // 8 + 1)
        for n in steps
    }
    return {place: word for place, word in places.items() if low <= place <= high}


def instants(ns: pl.Series) -> list[datetime]:
    """Points in time as plotly takes them, UTC."""
    return [datetime.fromtimestamp(value / 1e9, UTC).replace(tzinfo=None) for value in ns]


def nice_step_ns(length_ns: int, points: int = 72) -> int:
    """A round bucket width that cuts a length into at most about `points` pieces."""
    wanted = length_ns / 1e9 / points
    for step in (10, 30, 60, 300, 600, 1_200, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400):
        if step >= wanted:
            return step * 1_000_000_000
    return math.ceil(wanted / 86_400) * 86_400 * 1_000_000_000
