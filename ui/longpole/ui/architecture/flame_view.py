"""The flame graph on the page: one button a box, placed by CSS; assets/flame.js zooms and finds."""

from __future__ import annotations

import zlib
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import formats
from longpole.ui.architecture.flame import Box, Flame
from longpole.ui.views import parts

SHADES = 6
LABEL_SHARE = 0.012
HINT = (
    "Click or Enter zooms in, Esc zooms out; arrow keys move. The width is time on the critical "
    "path of the box and all below it."
)


def flame_graph(
    flame: Flame, traces: int, label: str, before_traces: int | None = None
) -> Component:
    """The whole component. `before_traces` colours boxes by their change in ms a trace."""
    if not flame.boxes or not traces:
        return html.P("No time on a critical path is stored for these traces.", className="lp-dim")
    depth = max(box.depth for box in flame.boxes) + 1
    boxes = [_box(n, box, traces, before_traces) for n, box in enumerate(flame.boxes)]
    tools = html.Div(
        [
            html.Label([
                html.Span("Find a step", className="ar-unseen"),
                dcc.Input(type="search", placeholder="Find a step", className="fl-find"),
            ]),
            html.Span(className="fl-found lp-dim", role="status"),
            html.Button("Whole graph", type="button", className="lp-act fl-out"),
        ],
        className="fl-tools",
    )  # fmt: skip
    left_out = f"{flame.left_out:,} short paths are not drawn. " if flame.left_out else ""
    graph = html.Div(
        boxes,
        className="fl-boxes",
        role="group",
        style={"--fl-depth": depth},
        **parts.labelled(label),
    )
    return html.Div(
        [tools, graph, html.P(className="fl-said", role="status"),
         html.P(left_out + HINT, className="lp-dim ar-small")],
        className="fl",
    )  # fmt: skip


def _box(number: int, box: Box, traces: int, before_traces: int | None) -> Component:
    said = describe(box, traces, before_traces)
    style: dict[str, Any] = {
        "--a": round(box.left * 100, 4), "--w": round(box.width * 100, 4), "--d": box.depth,
    }  # fmt: skip
    look = f"fl-c{zlib.crc32(box.name.encode()) % SHADES}"
    if before_traces is not None:
        look, style["--change"] = _change_look(box, traces, before_traces)
    return html.Button(
        html.Bdi(formats.shortened(box.name, 80)),
        type="button",
        className=f"fl-box {look}" + ("" if box.width > LABEL_SHARE else " fl-thin"),
        style=style,
        title=said,
        tabIndex=0 if number == 0 else -1,
        **parts.labelled(said),
    )


def describe(box: Box, traces: int, before_traces: int | None = None) -> str:
    """A box in words: ms a trace, share, how many pieces, and what it was before."""
    now = box.ns / traces
    said = (
        f"{box.name[:300]}: {formats.duration(now)} a trace, "
        f"{formats.share(box.width)} of the path, {box.sections:,} sections"
    )
    if before_traces is None or box.before_ns is None:
        return said
    if not before_traces or not box.before_ns:
        return f"{said}; not there before"
    was = box.before_ns / before_traces
    sign = "+" if now >= was else "-"
    return (
        f"{said}; {sign}{formats.duration(abs(now - was))} against {formats.duration(was)} before"
    )


def _change_look(box: Box, traces: int, before_traces: int) -> tuple[str, str]:
    now, was = box.ns / traces, (box.before_ns or 0) / max(before_traces, 1)
    size = abs(now - was) / max(now, was, 1e-9)
    return ("fl-up" if now > was else "fl-down"), f"{min(size * 1.4, 1) * 100:.0f}%"
