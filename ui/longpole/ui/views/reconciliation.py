"""What is claimed against what is counted: a table by day, and one of a trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from longpole.ui import formats
from longpole.ui.state import Filters, address, link
from longpole.ui.views import parts

Row = dict[str, Any]
SHOWN = 100
TITLE = "What parents claim, what leaves add up to"
VERDICTS = {
    "equal": ("agrees", "good"),
    "more": ("claims more", "warn"),
    "less": ("claims less", "warn"),
    "only": ("counted itself", "quiet"),
}


def days_card(rows: Sequence[Row], since: str) -> Component:
    """Claims by day, service and dialect, for the Settings page."""
    note = "Sums and repeated reports of model calls. Each call is counted once, whoever claims it."
    if not rows:
        nothing = "No span of this project claims what others are counted for."
        return parts.card(TITLE, html.P(nothing, className="lp-dim"), note)
    heads = ["Day", "Service", "Dialect", "Runs#", "Claims#", "Disagree#", "Claimed tokens#",
             "Counted#", "Difference#", "Difference in cost#"]  # fmt: skip
    return parts.card(TITLE, parts.table(heads, [_day(row, since) for row in rows], TITLE), note)


def trace_part(trace_id: str, rows: Sequence[Row]) -> Component | None:
    """Claims of one trace; folded where all agree, None where there are none."""
    if not rows:
        return None
    odd = sum(row["Verdict"] in ("more", "less") for row in rows)
    number = f"{SHOWN:,} or more" if len(rows) > SHOWN else f"{len(rows):,}"
    words = f"{odd:,} disagree{'s' if odd == 1 else ''}" if odd else "none disagrees"
    heads = ["Span", "Says", "Claimed in#", "Counted in#", "Claimed out#", "Counted out#",
             "Claimed cost#", "Counted cost#", "Verdict"]  # fmt: skip
    table = parts.table(heads, [_claim(trace_id, row) for row in rows[:SHOWN]], TITLE)
    return html.Details(
        [html.Summary(f"{TITLE} ({number}, {words})"), table],
        open=bool(odd),
        className="tr-steps tr-claims",
    )


def _day(row: Row, since: str) -> list[parts.Child]:
    odd = row["More"] + row["Less"]
    service = link("/traces", Filters(since, service=row["Service"]))
    return [
        row["Day"],
        parts.name(row["Service"], service),
        parts.name(row["Dialect"]) if row["Dialect"] else html.Span("none", className="lp-dim"),
        f"{row['Traces']:,}",
        f"{row['Claims']:,}",
        parts.badge(f"{odd:,}", "warn") if odd else "0",
        f"{row['ClaimedTokens']:,}",
        f"{row['CountedTokens']:,}",
        f"{row['DifferenceTokens']:+,}" if row["DifferenceTokens"] else "0",
        _cost(row["DifferenceUsd"], "-"),
    ]


def _claim(trace_id: str, row: Row) -> list[parts.Child]:
    word, tone = VERDICTS[row["Verdict"]]
    says = "one more report" if row["Scope"] == "duplicate" else "a sum"
    target = address(f"/traces/{trace_id}", span=row["SpanId"])
    return [
        parts.name(row["Name"], target),
        f"{says}, {row['Dialect']}" if row["Dialect"] else says,
        _said(row["ClaimedInputTokens"]),
        f"{row['CountedInputTokens']:,}",
        _said(row["ClaimedOutputTokens"]),
        f"{row['CountedOutputTokens']:,}",
        _cost(row["ClaimedCostUsd"], "-"),
        _cost(row["CountedCostUsd"], formats.UNKNOWN),
        parts.badge(word, tone),
    ]


def _said(tokens: int | None) -> str:
    return "-" if tokens is None else f"{tokens:,}"


def _cost(usd: object, missing: str) -> str:
    return missing if usd is None else formats.money(float(str(usd)))
