"""Who calls whom: agents, tools and models in layers, drawn and as a table. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl
from dash import html
from dash.development.base_component import Component

from longpole.ui import formats, theme
from longpole.ui.views import charts, parts

MOST_NODES = 60
START = "(entry)"
COLOURS = {"agent": theme.PINK, "model": theme.BLUE, "tool": theme.ORANGE, "start": theme.GREY}
CALLERS = ("agent", "start")
SYMBOLS = {"model": "square", "tool": "diamond"}
Node = tuple[str, str]
Row = dict[str, Any]


@dataclass(frozen=True)
class Placed:
    """Nodes (kind, name) with their layer and place in it, and the edges between them."""

    place: dict[Node, tuple[int, float]]
    edges: list[Row]


def placed(edges: pl.DataFrame, most: int = MOST_NODES) -> Placed:
    """Layers by the distance from the entry; the busiest edges first until `most` nodes."""
    nodes: dict[Node, None] = {}
    kept = []
    for row in edges.sort("Calls", descending=True).to_dicts():
        ends = _ends(row)
        if len(nodes.keys() | set(ends)) > most:
            continue
        nodes.update(dict.fromkeys(ends))
        kept.append(row)
    layers = _layers(list(nodes), kept)
    sizes: dict[int, int] = {}
    place: dict[Node, tuple[int, float]] = {}
    for node in sorted(nodes, key=lambda one: (layers[one], one)):
        at = sizes.get(layers[node], 0)
        place[node] = (layers[node], float(at))
        sizes[layers[node]] = at + 1
    tall = max(sizes.values(), default=1)
    spread = {
        node: (layer, (at + 0.5) * tall / sizes[layer]) for node, (layer, at) in place.items()
    }
    return Placed(spread, kept)


def agent_graph(edges: pl.DataFrame) -> Component:
    """The drawing and the table of the same edges."""
    if edges.is_empty():
        return html.P("These traces have no agent, tool or model calls.", className="lp-dim")
    found = placed(edges)
    left_out = edges.height - len(found.edges)
    note = (
        html.P(f"{left_out:,} edges are in the table only.", className="lp-dim")
        if left_out
        else None
    )
    heads = [
        "Caller",
        "Calls what",
        "Kind",
        "Calls#",
        "Errors#",
        "On the path#",
        "Tokens in#",
        "Tokens out#",
        "USD#",
    ]
    table = parts.table(
        heads, [_cells(row) for row in edges.head(300).to_dicts()], "Who calls whom"
    )
    return html.Div([_drawing(found), note, html.Div(table, className="ar-tall")])


def _ends(row: Row) -> tuple[Node, Node]:
    source = str(row["Source"] or "")
    caller: Node = ("agent", source) if source else ("start", START)
    return caller, (str(row["TargetKind"]), str(row["Target"] or "(not named)"))


def _layers(nodes: list[Node], edges: list[Row]) -> dict[Node, int]:
    """Shortest distance from what nobody calls; in a circle, from where it is first entered."""
    below: dict[Node, list[Node]] = {}
    called = set()
    for source, target in map(_ends, edges):
        below.setdefault(source, []).append(target)
        called.add(target)
    layers = {node: 0 for node in nodes if node not in called} or dict.fromkeys(nodes[:1], 0)
    waiting = list(layers)
    for node in waiting:
        for target in below.get(node, []):
            if target not in layers:
                layers[target] = layers[node] + 1
                waiting.append(target)
    return {node: layers.get(node, 0) for node in nodes}


def _drawing(found: Placed) -> Component:
    most = max((row["Calls"] for row in found.edges), default=1)
    lines = [_line(row, found, most) for row in found.edges]
    kinds = {kind for kind, _ in found.place}
    dots = [_dots(kind, found) for kind in COLOURS if kind in kinds]
    tall = max((at for _, at in found.place.values()), default=1.0) + 1
    made = charts.figure(
        *lines, *dots, hovermode="closest",
        xaxis={"visible": False, "range": [-0.3, max(x for x, _ in found.place.values()) + 0.9]},
        yaxis={"visible": False, "autorange": "reversed"},
    )  # fmt: skip
    return charts.graph(
        made, "Agents, tools and models, and who calls whom", int(min(120 + tall * 26, 620))
    )


def _line(row: Row, found: Placed, most: int) -> go.Scatter:
    (x0, y0), (x1, y1) = (found.place[end] for end in _ends(row))
    return go.Scatter(
        x=[x0, x1], y=[y0, y1], mode="lines", hoverinfo="skip", showlegend=False, opacity=0.55,
        line={"color": theme.GREY, "width": 1 + 6 * row["Calls"] / most},
    )  # fmt: skip


def _dots(kind: str, found: Placed) -> go.Scatter:
    nodes = [node for node in found.place if node[0] == kind]
    calls = {
        node: sum(row["Calls"] for row in found.edges if _ends(row)[1] == node) for node in nodes
    }
    said = [f"{kind}, {calls[node]:,} calls" for node in nodes]
    return go.Scatter(
        x=[found.place[node][0] for node in nodes], y=[found.place[node][1] for node in nodes],
        mode="markers+text", name=kind, text=[_plain(name) for _, name in nodes],
        textposition="top center" if kind in CALLERS else "middle right", customdata=said, 
        hovertemplate="%{text}<br>%{customdata}<extra></extra>",
        marker={"size": 13, "color": COLOURS[kind], "symbol": SYMBOLS.get(kind, "circle")},
    )  # fmt: skip


def _plain(name: str) -> str:
    """Plotly reads some tags in texts; a name must not be one."""
    return formats.shortened(name, 32).replace("&", "&amp;").replace("<", "&lt;")


def _cells(row: Row) -> list[parts.Child]:
    money = formats.money(row["CostUsd"]) if row["PricedCalls"] else "-"
    return [
        parts.name(row["Source"] or START), parts.name(row["Target"] or "(not named)"),
        row["TargetKind"], f"{row['Calls']:,}", f"{row['Errors']:,}",
        formats.duration(row["PathNs"]), formats.count(row["InputTokens"]),
        formats.count(row["OutputTokens"]), money,
    ]  # fmt: skip
