"""What the path says of one span: slack, drag, how its clock was treated, what it waited for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import formats
from longpole.ui.state import address
from longpole.ui.trace import words
from longpole.ui.trace.dom import dom

MAX_SOURCES = 50
Fact = tuple[str, str]


def path_lines(facts: Mapping[str, Any]) -> Iterator[Fact]:
    """Slack and drag of a row of `span_facts`, and a note where times were not used as sent."""
    flags = facts.get("Flags") or []
    slack = facts.get("SlackNs")
    if slack is not None:
        yield "Slack", _slack(int(slack))
    elif "detached" in flags:
        yield "Slack", "nothing waits for it: detached work"
    if drag := int(facts.get("DragNs") or 0):
        yield "Drag", f"{formats.duration(drag)} sooner, were its own time nothing"
    if "skew" in flags:
        yield "Clock", "moved inside its caller for the path; the times above are as sent"


def waited_for(facts: Mapping[str, Any]) -> Component | None:
    """Spans that this one provably waited for, each a link; None where nothing is proven."""
    sources, evidence = facts.get("AfterSpanIds") or [], facts.get("AfterEvidence") or []
    if not sources:
        return None
    items = [
        html.Li(
            [
                dcc.Link(
                    html.Code(source),
                    href=address(f"/traces/{facts['TraceId']}", span=source),
                    className="lp-link",
                ),
                html.Span(f" {words.EVIDENCE.get(grade, (grade, ''))[0]}", className="tr-dim"),
            ],
            **dom(data_after=source),
        )
        for source, grade in list(zip(sources, evidence, strict=False))[:MAX_SOURCES]
        if source.isalnum()
    ]
    title = html.H3(f"Proven to wait for ({len(sources):,})")
    return html.Section([title, html.Ul(items, className="tr-events")])


def _slack(ns: int) -> str:
    if ns == 0:
        return "none: any delay here delays the end"
    return f"{formats.duration(ns)} before the end of its root moves"
