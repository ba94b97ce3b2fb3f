"""The Costs page: provenance of costs, models without a price, differences. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from longpole.core.prices.repricing import DONE, FAILED, Repricing
from longpole.ui import formats
from longpole.ui.costs import Costs
from longpole.ui.state import Filters, link
from longpole.ui.views import parts

Row = dict[str, Any]
Lines = list[list[parts.Child]]
NOTABLE = 0.01  # of what the list says; rounding alone makes smaller differences
WORDS = {
    "reported": "as the sender reported it",
    "computed": "from a price list",
    "none": "unknown",
}
REBUILD = "longpole rebuild --cost --since DATE"
TONES = {DONE: "good", FAILED: "bad"}


def body(costs: Costs, since: str, as_of_ns: int, nothing: Component | None) -> Component:
    """The filled page; `nothing` stands for the tables where no call was counted."""
    return parts.page(
        "Costs",
        f"Where do the figures come from, and what is missing? As of {formats.instant(as_of_ns)}",
        *([nothing] if nothing else _cards(costs, since)),
        _repricings(costs.repricings, as_of_ns),
    )


def _cards(costs: Costs, since: str) -> list[Component]:
    return [
        _tiles(costs),
        _unpriced(costs.unpriced, since),
        _differences(costs.differences, since),
        _sources(costs.sources),
    ]


def _tiles(costs: Costs) -> Component:
    by_source = {
        source: sum(row["CostUsd"] for row in costs.sources if row["CostSource"] == source)
        for source in ("reported", "computed")
    }
    calls = sum(row["Calls"] for row in costs.sources)
    known = any(row["CostSource"] != "none" for row in costs.sources)
    unpriced = sum(row["UnpricedCalls"] for row in costs.sources)
    difference = sum(row["DifferenceUsd"] for row in costs.differences)
    return html.Div(
        [
            parts.tile("Cost", formats.money(sum(by_source.values()) if known else None)),
            *(
                parts.tile(f"of it {source}", formats.money(usd if known else None))
                for source, usd in by_source.items()
            ),
            parts.tile(
                "Calls without a price",
                formats.count(unpriced),
                note=f"{formats.share(unpriced / calls)} of calls" if calls else None,
            ),
            parts.tile(
                "Reported less computed",
                formats.money(difference) if costs.differences else "-",
                note="where both are known",
            ),
        ],
        className="lp-tiles",
    )


def _unpriced(rows: Sequence[Row], since: str) -> Component:
    heads = ["Provider", "Model", "Tier", "Calls#", "Input tokens#", "Output tokens#", "Last"]
    lines: Lines = [
        [
            parts.name(row["Provider"]),
            _model(row["Model"], since),
            _tier(row["ServiceTier"]),
            f"{row['Calls']:,}",
            formats.count(row["InputTokens"]),
            formats.count(row["OutputTokens"]),
            formats.instant(row["LastNs"]),
        ]
        for row in rows
    ]
    note: list[parts.Child] = [
        "Put them into the price book (prices.book), then ",
        html.Code(REBUILD),
        ".",
    ]
    return _card("Models without a price", heads, lines, "Every counted call has a cost.", note)


def _differences(rows: Sequence[Row], since: str) -> Component:
    heads = ["Provider", "Model", "Calls#", "Tokens#", "Reported#", "Computed#", "Difference#",
             "Computed from"]  # fmt: skip
    lines: Lines = [
        [
            parts.name(row["Provider"]),
            _model(row["Model"], since),
            f"{row['Calls']:,}",
            formats.count(row["InputTokens"] + row["OutputTokens"]),
            formats.money(row["ReportedUsd"]),
            formats.money(row["ComputedUsd"]),
            _difference(row),
            ", ".join(row["PriceSources"]),
        ]
        for row in rows
    ]
    nothing = "No call has both a reported cost and a price."
    return _card("Reported beside computed", heads, lines, nothing, "Calls that have both.")


def _difference(row: Row) -> Component:
    usd, listed = row["DifferenceUsd"], row["ComputedUsd"]
    text = f"{'+' if usd > 0 else ''}{formats.money(usd)}"
    if listed:
        text += f" ({formats.signed_share(usd / listed)})"
    notable = abs(usd) > NOTABLE * abs(listed)
    return html.Span(text, className="lp-bad" if notable else "lp-dim")


def _sources(rows: Sequence[Row]) -> Component:
    heads = ["Cost", "Price list", "Calls#", "Cost#"]
    lines: Lines = [
        [
            WORDS.get(row["CostSource"], row["CostSource"]),
            parts.name(row["PriceSource"]),
            f"{row['Calls']:,}",
            formats.money(row["CostUsd"] if row["CostSource"] != "none" else None),
        ]
        for row in rows
    ]
    note = "A list beside a reported cost is the one it is compared with."
    return _card("Where the figures come from", heads, lines, "", note)


def _repricings(rows: Sequence[Repricing], as_of_ns: int) -> Component:
    heads = ["Asked", "Traces since", "Project", "State", "Traces#", "Spans changed#", "Before#",
             "Now#"]  # fmt: skip
    lines: Lines = [
        [
            formats.ago((as_of_ns - one.requested_ns) / formats.NS_PER_S),
            formats.instant(one.since_ns),
            one.project or "every project",
            _state(one),
            f"{one.traces:,}",
            f"{one.changed_spans:,}",
            formats.money(one.old_usd),
            formats.money(one.new_usd),
        ]
        for one in rows[:20]
    ]
    nothing: list[parts.Child] = [
        html.Code(REBUILD),
        " prices calls of the past anew; nobody has asked for it.",
    ]
    note = "Before and now: the spans that changed. The old figures are kept."
    return _card("Priced anew", heads, lines, nothing, note)


def _state(one: Repricing) -> Component:
    said = f"{one.state} at {one.day}" if one.is_open and one.day else one.state
    badge = parts.badge(said, TONES.get(one.state, "quiet"))
    if not one.failure:
        return badge
    return html.Span([badge, " ", formats.shortened(one.failure, 200)], className="lp-why")


def _model(name: str, since: str) -> Component:
    return parts.name(name, link("/traces", Filters(since, model=name)) if name else None)


def _tier(name: str) -> Component:
    return html.Span(html.Bdi(name)) if name else html.Span("-", className="lp-dim")


def _card(
    title: str, heads: list[str], lines: Lines, nothing: parts.Children, note: parts.Children
) -> Component:
    content = parts.table(heads, lines, title) if lines else html.P(nothing, className="lp-dim")
    return parts.card(title, content, note)
