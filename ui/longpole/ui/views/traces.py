"""The list of traces: columns, rows as the grid shows them, words about the selection."""

from __future__ import annotations

from typing import Any

import polars as pl
from dash import html
from dash.development.base_component import Component

from longpole.ui import formats
from longpole.ui.search import Order
from longpole.ui.state import Filters, as_query

Row = dict[str, Any]
UNCERTAIN = {"incomplete": "incomplete", "provisional": "still arriving"}
# column -> the order it asks for (longpole.ui.search.SORTS)
SORTED_BY = {
    "start": "start", "duration": "duration", "ttft": "ttft", "tokens": "tokens", "cost": "cost",
    "spans": "spans",
}  # fmt: skip


def columns() -> list[Row]:
    """Column definitions; only what the store can sort is sortable."""
    return [
        _column("start", "Started, UTC", 176, sort="desc"),
        _column("name", "Run", 190, cellRenderer="TraceLink", flex=2),
        _number("duration", "Duration", 104),
        _column("status", "Status", 96, cellRenderer="Status"),
        _number("ttft", "First token", 112),
        _number("tokens", "Tokens", 104),
        _number("cost", "Cost", 96),
        _number("spans", "Spans", 80),
        _column("agent", "Agent", 140, flex=1),
        _column("service", "Service", 120, flex=1),
        _column("release", "Release", 100),
        _column("models", "Models", 160, flex=1),
        _column("session", "Session", 110),
    ]


def rows(page: pl.DataFrame) -> list[Row]:
    """Rows of one page, all text."""
    return [_row(row) for row in page.to_dicts()]


def order(model: list[dict[str, str]] | None) -> Order:
    """The grid's sort model; anything unknown means newest first."""
    for item in model or []:
        by = SORTED_BY.get(item.get("colId", ""))
        if by:
            return Order(by, descending=item.get("sort") != "asc")
    return Order()


def summary(totals: Row, filters: Filters) -> list[Component | str]:
    """One line about the selection."""
    runs = totals["Runs"]
    if not runs:
        return ["No run fits."]
    unpriced = "" if totals["PricedRuns"] == runs else f" ({totals['PricedRuns']:,} runs priced)"
    cost = formats.money(totals["CostUsd"]) if totals["PricedRuns"] else formats.UNKNOWN
    return [
        html.B(f"{runs:,} runs"),
        f" · {formats.share(totals['Errors'] / runs)} with error · p50 "
        f"{formats.duration(totals['P50Ns'])} · p95 {formats.duration(totals['P95Ns'])} · "
        f"{cost}{unpriced} · ",
        html.A("as JSON", href=f"/api/v1/traces{as_query(filters)}", className="lp-link"),
    ]


def _row(row: Row) -> Row:
    tokens = row["InputTokens"] + row["OutputTokens"]
    ttft = row["TtftS"]
    return {
        "id": row["TraceId"],
        "start": formats.instant(row["StartNs"]).removesuffix(" UTC"),
        "name": formats.shortened(row["RootName"] or row["TraceId"]),
        "status": _status(row),
        "duration": formats.duration(row["DurationNs"]),
        "ttft": "-" if ttft is None else formats.duration(ttft * 1e9),
        "tokens": formats.count(tokens) if tokens else "-",
        "cost": formats.money(row["CostUsd"]) if row["ModelCalls"] else "-",
        "spans": formats.count(row["Spans"]),
        "agent": formats.shortened(row["Agent"]),
        "service": formats.shortened(row["Service"]),
        "release": formats.shortened(row["Release"], 40),
        "models": formats.shortened(", ".join(row["Models"])),
        "session": formats.shortened(row["SessionId"], 40),
    }


def _status(row: Row) -> str:
    if row["IsError"]:
        return "error"
    if row["ErrorSpans"]:
        return f"ok, {row['ErrorSpans']:,} failed"
    if "incomplete" in row["Flags"] and row["IsGrowing"]:
        return "running"
    known = [UNCERTAIN[flag] for flag in row["Flags"] if flag in UNCERTAIN]
    return known[0] if known else "ok"


def _column(field: str, title: str, width: int, **more: object) -> Row:
    return {
        "field": field,
        "headerName": title,
        "minWidth": width,
        "width": width,
        "sortable": field in SORTED_BY,
        "sortingOrder": ["desc", "asc"],
        "tooltipField": field,
        **more,
    }


def _number(field: str, title: str, width: int) -> Row:
    return _column(field, title, width, type="rightAligned", cellClass="ag-right-aligned-cell")
