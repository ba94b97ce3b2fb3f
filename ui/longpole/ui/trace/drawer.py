"""The drawer of one span: what it is, when it ran, what it cost, what it said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from longpole.core.otlp import render_value
from longpole.ui import formats
from longpole.ui.state import address
from longpole.ui.trace import words
from longpole.ui.trace.budget import budget_bar
from longpole.ui.trace.cost import cost_lines
from longpole.ui.trace.dom import dom
from longpole.ui.trace.hop import path_lines, waited_for
from longpole.ui.trace.log_list import log_list
from longpole.ui.trace.messages import message_list
from longpole.ui.trace.queries import Span
from longpole.ui.trace.said import said_in
from longpole.ui.trace.texts import long_text

MAX_EVENTS, MAX_LINKS, MAX_ATTRIBUTES = 200, 100, 2_000
Row = Mapping[str, Any]
Fact = tuple[str, str]


def drawer(span: Span) -> Component:
    """Everything known of a span. Raw parts are missing where the raw span has expired."""
    facts, raw = span.facts or {}, span.raw or {}
    attributes = _map(raw, "Span")
    events = [
        _paired(k, v) for k, v in zip(*_columns(raw, "EventKeys", "EventValues"), strict=True)
    ]
    said = said_in(span)
    parts: list[Component | None] = [
        _head(facts, raw),
        _error(facts, raw, _exceptions(raw, events)),
        _facts("Timing", _timing(facts, raw)),
        waited_for(facts),
        _facts("Model", _model(facts)),
        _facts("Context", _context(facts, raw)),
        budget_bar(said.budget),
        message_list(said.conversation),
        log_list(span.logs, raw.get("StartNs", facts.get("StartNs", 0))),
        _attributes("Attributes", attributes),
        _events(raw, events),
        _links(raw),
        _attributes("Resource", _map(raw, "Resource"), closed=True),
        None if raw else html.P("The span as sent is no longer stored.", className="tr-dim"),
    ]
    return html.Div([part for part in parts if part is not None])


def missing(span_id: str) -> Component:
    """A span id from the address that the trace does not have."""
    return html.Div(
        [_close(), html.P(["This trace has no span ", html.Code(span_id[:64]), "."])],
        className="tr-drawer-head",
    )


def failed(problem: str) -> Component:
    """The store refused or could not be reached."""
    return html.Div(
        [_close(), html.P(f"The span could not be read: {problem}")], className="tr-drawer-head"
    )


def _close() -> Component:
    return html.Button(
        "\N{MULTIPLICATION SIGN}",
        type="button",
        className="tr-close",
        **dom(aria_label="Close", data_tr_close="1"),
    )


def _head(facts: Row, raw: Row) -> Component:
    kind = facts.get("Kind") or "span"
    name = facts.get("Name") or raw.get("SpanName") or "(no name)"
    badges = [html.Span(kind, className="tr-badge tr-kind-badge", **dom(data_kind=kind))]
    if facts.get("IsError"):
        badges.append(html.Span("error", className="tr-badge tr-bad"))
    for flag in facts.get("Flags") or []:
        text, meaning = words.flag(flag)
        badges.append(html.Span(text, title=meaning, className="tr-badge tr-warn"))
    return html.Div(
        [_close(), html.H2(formats.shortened(name, 300), title=name), html.Div(badges)],
        className="tr-drawer-head",
    )


def _exceptions(raw: Row, events: Sequence[Row]) -> list[Row]:
    names = raw.get("EventNames") or []
    return [event for name, event in zip(names, events, strict=True) if name == "exception"]


def _error(facts: Row, raw: Row, exceptions: Sequence[Row]) -> Component | None:
    message = raw.get("StatusMessage") or ""
    if not (facts.get("IsError") or raw.get("StatusCode") == "Error" or exceptions):
        return None
    said = [part for part in (facts.get("ErrorType"), message) if part]
    for exception in exceptions[:5]:
        text = " ".join(
            exception[key] for key in ("exception.type", "exception.message") if exception.get(key)
        )
        if text and text not in said:
            said.append(text)
        if stack := exception.get("exception.stacktrace"):
            said.append(stack)
    blocks = [long_text(text) for text in said] or [
        html.P("The span says that it failed, not why.")
    ]
    return html.Section([html.H3("Error"), *blocks], className="tr-error")


def _timing(facts: Row, raw: Row) -> Iterator[Fact]:
    start = raw.get("StartNs", facts.get("StartNs"))
    if start is not None:
        digits = f"{start % formats.NS_PER_S:09d}".rstrip("0").ljust(3, "0")
        yield "Start", f"{formats.instant(start)[:-4]}.{digits} UTC"
    total = facts.get("DurationNs", raw.get("Duration"))
    yield "Duration", formats.duration(total)
    if not facts:
        return
    share = facts["PathNs"] / total if total else 0
    on_path = f"{formats.duration(facts['PathNs'])} ({formats.share(share)} of the span)"
    yield "On the critical path", on_path if facts["PathNs"] else "no"
    yield from path_lines(facts)
    yield "Own time, without children", formats.duration(facts["SelfNs"])
    if facts["TtftS"] is not None:
        yield "First token after", formats.duration(facts["TtftS"] * 1e9)
    if facts["TpotS"] is not None:
        yield "Time per output token", formats.duration(facts["TpotS"] * 1e9)


def _model(facts: Row) -> Iterator[Fact]:
    if not facts:
        return
    if facts["Model"]:
        provider = f" ({facts['Provider']})" if facts["Provider"] else ""
        yield "Model", facts["Model"] + provider
    for label, name in (
        ("Input tokens", "InputTokens"), ("of them read from cache", "CacheReadTokens"),
        ("of them written to cache", "CacheWriteTokens"), ("Output tokens", "OutputTokens"),
        ("of them reasoning", "ReasoningTokens"),
    ):  # fmt: skip
        if facts[name] is not None:
            yield label, f"{facts[name]:,}"
    yield from cost_lines(facts)
    has_tokens = facts["InputTokens"] is not None or facts["OutputTokens"] is not None
    if has_tokens and not facts["Counted"]:
        yield "Counted", "no: the same tokens are counted at another span"
    if facts["Streaming"] is not None:
        yield "Streaming", "yes" if facts["Streaming"] else "no"


def _context(facts: Row, raw: Row) -> Iterator[Fact]:
    for label, value in (
        ("Step", facts.get("Step")), ("Agent", facts.get("Agent")), ("Tool", facts.get("ToolName")),
        ("Operation", facts.get("Operation")),
        ("Service", facts.get("Service") or raw.get("ServiceName")),
        ("Release", facts.get("Release")), ("Session", facts.get("SessionId")),
        ("Scope", " ".join(filter(None, (raw.get("ScopeName"), raw.get("ScopeVersion"))))),
        ("OTLP kind", facts.get("SpanKind") or raw.get("SpanKind")),
        ("Span id", facts.get("SpanId")),
        ("Parent id", facts.get("ParentSpanId") or raw.get("ParentSpanId")),
        ("Trace state", raw.get("TraceState")),
    ):  # fmt: skip
        if value:
            yield label, str(value)


def _facts(title: str, facts: Iterator[Fact]) -> Component | None:
    rows = [html.Div([html.Dt(label), html.Dd(value)]) for label, value in facts]
    if not rows:
        return None
    return html.Section([html.H3(title), html.Dl(rows, className="tr-pairs")])


def _attributes(title: str, values: Row, closed: bool = False) -> Component | None:
    if not values:
        return None
    rows = [
        html.Tr([html.Th(key, scope="row"), html.Td(long_text(value))])
        for key, value in sorted(values.items())[:MAX_ATTRIBUTES]
    ]
    search = html.Label(
        [
            html.Span(f"Filter {title.lower()}", className="tr-unseen"),
            dcc.Input(type="search", placeholder="Filter", className="tr-filter"),
        ]
    )
    table = html.Table(html.Tbody(rows), className="tr-attributes")
    summary = html.Summary(html.H3(f"{title} ({len(values):,})"))
    content = [search, table] if len(rows) > 5 else [table]
    return html.Details([summary, *content], open=not closed, className="tr-fold")


def _events(raw: Row, events: Sequence[Row]) -> Component | None:
    names, times = _columns(raw, "EventNames", "EventNs")
    if not names:
        return None
    start = raw["StartNs"]
    items = []
    for name, at, attributes in list(zip(names, times, events, strict=True))[:MAX_EVENTS]:
        rows = [
            html.Tr([html.Th(key, scope="row"), html.Td(long_text(value))])
            for key, value in attributes.items()
        ]
        after = f"{'+' if at >= start else '-'}{formats.duration(abs(at - start))}"
        items.append(html.Li(
            [html.Div([html.B(name), " ", html.Span(after, className="tr-dim")]),
             html.Table(html.Tbody(rows), className="tr-attributes")],
        ))  # fmt: skip
    if len(names) > MAX_EVENTS:
        items.append(html.Li(f"{len(names) - MAX_EVENTS:,} more events", className="tr-dim"))
    return html.Details(
        [html.Summary(html.H3(f"Events ({len(names):,})")), html.Ul(items, className="tr-events")],
        open=True,
        className="tr-fold",
    )


def _links(raw: Row) -> Component | None:
    traces, spans = _columns(raw, "LinkTraces", "LinkSpans")
    if not traces:
        return None
    items = [
        html.Li(dcc.Link(f"trace {t} · span {s}", href=address(f"/traces/{t}", span=s)))
        for t, s in list(zip(traces, spans, strict=True))[:MAX_LINKS]
        if t.isalnum() and s.isalnum()
    ]
    return html.Section([html.H3(f"Links ({len(traces):,})"), html.Ul(items)])


def _map(raw: Row, prefix: str) -> dict[str, str]:
    return _paired(*_columns(raw, f"{prefix}Keys", f"{prefix}Values"))


def _paired(keys: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    return dict(zip(keys, map(render_value, values), strict=True))


def _columns(raw: Row, *names: str) -> tuple[Sequence[Any], ...]:
    return tuple(raw.get(name) or () for name in names)
