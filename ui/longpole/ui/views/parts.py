"""Small building blocks of every page: cards, tiles, tables, and words for each state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui.formats import change, instant
from longpole.ui.state import address

Child = Component | str | None
Children = Sequence[Child] | Child
# Smaller changes are noise and get no colour.
NOTABLE = 1.05
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318"


def page(title: str, sub: Children, *body: Child) -> Component:
    """A page with its heading."""
    head = html.Header([html.H1(title), html.P(sub, className="lp-sub")], className="lp-pagehead")
    return html.Div([head, *body], className="lp-page")


def card(title: str, body: Children, note: Children = None, wide: bool = False) -> Component:
    """A titled panel."""
    head = html.Div([html.H2(title), html.Span(note, className="lp-dim")], className="lp-cardhead")
    return html.Section([head, html.Div(body)], className="lp-card" + (" lp-span" if wide else ""))


def loading(what: str) -> Component:
    """Shown until the first answer."""
    return html.Div(
        f"Loading {what} …", className="lp-page lp-dim lp-loading", role="status"
    )  # fmt: skip


def empty(title: str, words: Children, command: str | None = None) -> Component:
    """Nothing to show: why, and what would change that."""
    code = html.Pre(html.Code(command), className="lp-code") if command else None
    return html.Div(
        [html.H2(title), html.P(words), code], className="lp-empty", role="status"
    )  # fmt: skip


def no_runs_ever() -> Component:
    """The store has no trace at all."""
    return empty(
        "No runs yet",
        "Point an instrumented agent at this server; its first run shows here within seconds:",
        f"{ENDPOINT} python my_agent.py",
    )


def no_runs_in_range(newest_ns: int) -> Component:
    """There are traces, but none in the chosen time."""
    return empty(
        "No runs in this time range",
        [
            f"The newest run started {instant(newest_ns)}. ",
            dcc.Link("Show all runs", href=address("", since="all"), className="lp-link"),
        ],
    )


def refused(words: str) -> Component:
    """The address asks for something that cannot be."""
    return html.Div([html.H1("Not a valid address"), html.P(words)], className="lp-page")


def failed(words: str) -> Component:
    """A query failed: what happened and what to do next."""
    return html.Div(
        [
            html.H2("This could not be loaded"),
            html.P(words),
            html.P("Reload the page to try again. `/readyz` says whether the store answers."),
        ],
        className="lp-empty lp-failed",
        role="alert",
    )


def tile(
    label: str,
    value: str,
    delta: Component | None = None,
    note: str | None = None,
    href: str | None = None,
) -> Component:
    """One headline number."""
    number: Child = html.Div(value, className="lp-number")
    if href:
        number = dcc.Link(value, href=href, className="lp-number lp-quiet")
    foot = html.Div([delta, html.Span(note, className="lp-dim") if note else None])
    return html.Div(
        [html.Div(label, className="lp-label"), number, foot], className="lp-tile"
    )  # fmt: skip


def delta(now: float | None, before: float | None, bad: str | None) -> Component:
    """The change against the period before. `bad`: the direction that is bad, `up` or None."""
    text = change(now, before)
    if text is None:
        return html.Span("nothing before", className="lp-dim")
    grew = now is not None and before is not None and now > before * NOTABLE
    shrank = now is not None and before is not None and now < before / NOTABLE
    tone = "lp-dim" if not bad or not (grew or shrank) else ("lp-bad" if grew else "lp-good")
    arrow = "↑ " if grew else "↓ " if shrank else ""
    return html.Span([arrow, text], className=tone)


def table(heads: Sequence[str], rows: Sequence[Sequence[Child]], label: str) -> Component:
    """A plain table that scrolls sideways on a phone. A head ending in `#` is a number column."""
    looks = ["lp-num" if head.endswith("#") else None for head in heads]
    titles = [
        html.Th(head.removesuffix("#"), className=look, scope="col")
        for head, look in zip(heads, looks, strict=True)
    ]
    lines = [
        html.Tr([html.Td(value, className=look) for value, look in zip(row, looks, strict=True)])
        for row in rows
    ]
    whole = html.Table(
        [html.Thead(html.Tr(titles)), html.Tbody(lines)], className="lp-table", **labelled(label)
    )
    return html.Div(whole, className="lp-scroll", tabIndex="0")


def labelled(text: str) -> dict[str, Any]:
    """The name of a part for those who cannot see it."""
    return {"aria-label": text}


def badge(text: str, tone: str) -> Component:
    """A word with a colour: tone is bad, warn, good or quiet."""
    return html.Span(text, className=f"lp-badge lp-tone-{tone}")


def bar(part: float, colour: str) -> Component:
    """A share as a thin bar; decoration beside the number it repeats."""
    width = {"width": f"{min(max(part, 0), 1) * 100:.1f}%", "background": colour}
    return html.Span(html.Span(style=width), className="lp-bar")


def kind_mark(kind: str, colour: str) -> Component:
    """A span kind: a coloured square and its word."""
    return html.Span(
        [html.I(style={"background": colour}), kind or "other"], className="lp-kind"
    )  # fmt: skip


def name(text: str, href: str | None = None) -> Component:
    """A name from outside, cut by CSS, whole in the tooltip; direction kept to itself."""
    inner = html.Bdi(text or "-")
    if href:
        return dcc.Link(inner, href=href, className="lp-name lp-link", title=text[:2000])
    return html.Span(inner, className="lp-name", title=text[:2000])
