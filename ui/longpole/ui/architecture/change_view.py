"""Two sets of traces beside each other, and why the tail is slow: tables and bars. Pure."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from dash import html
from dash.development.base_component import Component

from longpole.analytics.profile import Difference, TailAttribution
from longpole.ui import formats, theme
from longpole.ui.architecture.profile_view import row_name
from longpole.ui.views import charts, parts

MOST_ROWS = 200
LEAST_MS = 5e-7  # half a nanosecond
VERDICTS = {
    "slower": ("slower", "bad"), "faster": ("faster", "good"),
    "no_difference": ("not enough to tell", "quiet"), "too_few": ("too few traces", "quiet"),
}  # fmt: skip
FACTORS = {
    "mix": "other mix of paths", "turns": "more turns of loops", "step_time": "slower steps",
    "gaps": "gaps without a span",
}  # fmt: skip
Row = dict[str, Any]


def difference_table(found: Difference, words: str) -> Component:
    """Rows by the size of their change, with the interval and whether it can be told."""
    whole = found.whole
    lead = html.P([f"Comparing {words}: ", html.B(_signed(_number(whole["DifferenceMs"]))),
                   " a trace, ", _verdict(str(whole["Verdict"]))])  # fmt: skip
    if found.rows.is_empty():
        return html.Div([lead, html.P("Neither side has a path to compare.", className="lp-dim")])
    heads = ["Step", "Before#", "After#", "Change#", "95 % interval#", "Calls a trace#", ""]
    rows = [_change_cells(row) for row in found.rows.head(MOST_ROWS).to_dicts()]
    return html.Div([lead, html.Div(parts.table(heads, rows, "Difference"), className="ar-tall")])


def tail_bars(found: TailAttribution) -> Component:
    """Bars of the parts of the difference of the bands, with intervals, and the steps behind."""
    if not found.middle_traces or not found.tail_traces:
        return html.P(
            "One of the bands p40-p60 and p95-p99 has no traces; choose a longer time range.",
            className="lp-dim",
        )
    rows = found.parts.to_dicts()
    lead = (
        f"Traces of p95-p99 take {formats.duration(found.tail_mean_ms * 1e6)}, those of p40-p60 "
        f"{formats.duration(found.middle_mean_ms * 1e6)}: "
        f"{_signed(found.difference_ms)} on average. "
        f"Seen in {found.tail_traces:,} and {found.middle_traces:,} traces."
    )
    few = None if found.enough else html.P("Too few traces: the intervals mean little.")
    steps = [_tail_cells(row) for row in found.steps.head(50).to_dicts()]
    heads = ["Step", "More turns#", "Slower#", "Gaps#"]
    table = parts.table(heads, steps, "Steps behind the tail")
    return html.Div(
        [
            html.P(lead),
            few,
            _tail_chart(rows),
            _tail_words(rows),
            html.Div(table, className="ar-tall"),
        ]
    )


def _tail_chart(rows: list[Row]) -> Component:
    names = [FACTORS.get(row["Factor"], row["Factor"]) for row in rows]
    sizes = [row["Ms"] / 1e3 for row in rows]
    error = {
        "type": "data", "symmetric": False, "color": theme.GREY, "thickness": 1.5,
        "array": [((row["HighMs"] or row["Ms"]) - row["Ms"]) / 1e3 for row in rows],
        "arrayminus": [(row["Ms"] - (row["LowMs"] or row["Ms"])) / 1e3 for row in rows],
    }  # fmt: skip
    bar = go.Bar(
        x=sizes, y=names, orientation="h", error_x=error, marker_color=theme.BLUE,
        customdata=[_signed(row["Ms"]) for row in rows], 
        hovertemplate="%{y}: %{customdata}<extra></extra>",
    )  # fmt: skip
    made = charts.figure(
        bar, xaxis={"title": {"text": "s a trace"}, "zeroline": True}, hovermode="closest",
        yaxis={"autorange": "reversed"},
    )  # fmt: skip
    return charts.graph(made, "Why traces of p95-p99 take longer than those of p40-p60", 190)


def _tail_words(rows: list[Row]) -> Component:
    """The bars again as a table, for those who do not see them."""
    cells: list[list[parts.Child]] = [
        [FACTORS.get(row["Factor"], row["Factor"]), _signed(row["Ms"]), _interval(row)]
        for row in rows
    ]
    return parts.table(["Part", "ms a trace#", "95 % interval#"], cells, "Parts of the tail")


def _tail_cells(row: Row) -> list[parts.Child]:
    named = parts.name(row_name({"Row": "", **row}))
    return [named, *(_signed(row[name]) for name in ("TurnsMs", "StepTimeMs", "GapsMs"))]


def _change_cells(row: Row) -> list[parts.Child]:
    calls = f"{row['CallsBefore']:.2f} → {row['CallsAfter']:.2f}"
    return [
        parts.name(row_name(row)), formats.duration(row["MeanMsBefore"] * 1e6),
        formats.duration(row["MeanMsAfter"] * 1e6), _signed(row["DifferenceMs"]), _interval(row),
        calls, _verdict(row["Verdict"]),
    ]  # fmt: skip


def _interval(row: Row) -> str:
    if row["LowMs"] is None or row["HighMs"] is None:
        return "-"
    return f"{_signed(row['LowMs'])} to {_signed(row['HighMs'])}"


def _verdict(name: str) -> Component:
    words, tone = VERDICTS.get(name, (name, "quiet"))
    return html.Span(parts.badge(words, tone), className="ar-verdict")


def _signed(ms: float) -> str:
    if abs(ms) < LEAST_MS:
        return "0"
    text = formats.duration(abs(ms) * 1e6)
    return f"{'-' if ms < 0 else '+'}{text}"


def _number(value: float | int | str | None) -> float:
    return float(value) if value is not None else 0.0
