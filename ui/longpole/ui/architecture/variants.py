"""Variants of paths: shares, how they went over time, which are new. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import formats, state
from longpole.ui.architecture.selection import Selection
from longpole.ui.architecture.view_state import View
from longpole.ui.views import parts

MOST_ROWS = 60
MOST_BARS = 48
# A variant is new that was first seen in the last quarter of what is selected.
NEW_SHARE = 0.75
Row = dict[str, Any]


def summed(variants: pl.DataFrame) -> pl.DataFrame:
    """One row a root operation and variant: VariantText, Traces, Share, MeanNs, P50Ns, P95Ns,
    FirstNs, LastNs, IsNew and Bars (traces of each bucket of time); most frequent first. `variants`
    has a row a bucket and release.
    """
    first, last = pl.col("FirstNs").min(), pl.col("LastNs").max()
    buckets = sorted(variants["BucketNs"].unique().to_list())[-MOST_BARS:]
    started = (
        variants.select(first.alias("a"), last.alias("b")).row(0) if variants.height else (0, 0)
    )
    late = (started[0] or 0) + ((started[1] or 0) - (started[0] or 0)) * NEW_SHARE
    found = variants.group_by("RootName", "Variant", "VariantText").agg(
        pl.col("Traces").sum(), pl.col("SumNs").sum(), FirstNs=first, LastNs=last,
        P50Ns=pl.col("VariantP50Ns").first(), P95Ns=pl.col("VariantP95Ns").first(),
        Bars=pl.concat_list(
            pl.col("Traces").filter(pl.col("BucketNs") == bucket).sum() for bucket in buckets
        ) if buckets else pl.lit([], pl.List(pl.UInt64)),
    )  # fmt: skip
    return found.with_columns(
        Share=pl.col("Traces") / pl.col("Traces").sum().over("RootName"),
        MeanNs=pl.col("SumNs") / pl.col("Traces"),
        IsNew=pl.col("FirstNs") > late,
    ).sort("Traces", "RootName", "Variant", descending=[True, False, False])


def variants_table(variants: pl.DataFrame, view: View) -> Component:
    """The variants with their share, a sparkline, their durations and what selects their traces."""
    rows = summed(variants)
    if rows.is_empty():
        return html.P(
            "No variant is stored for these traces yet; it is noted when a trace is assembled.",
            className="lp-dim",
        )
    heads = [
        "Path, repeats folded",
        "Root operation",
        "Share#",
        "Traces#",
        "Over time",
        "Mean#",
        "p50#",
        "p95#",
        "First seen",
    ]
    cells = [_cells(row, view) for row in rows.head(MOST_ROWS).to_dicts()]
    more = rows.height - len(cells)
    rest = html.P(f"{more:,} rarer variants are not shown.", className="lp-dim") if more else None
    return html.Div([html.Div(parts.table(heads, cells, "Variants"), className="ar-tall"), rest])


def _cells(row: Row, view: View) -> list[parts.Child]:
    text = str(row["VariantText"])
    only = _only(view.selection, row["Variant"], row["RootName"])
    link = dcc.Link(
        html.Bdi(formats.shortened(text, 240)), href=View(only, view.by, view.compare).href,
        className="lp-link ar-signature", title=text[:2000],
    )  # fmt: skip
    new: list[parts.Child] = [" ", parts.badge("new", "warn")] if row["IsNew"] else []
    named = html.Span([link, *new])
    return [
        named, parts.name(row["RootName"]), formats.share(row["Share"]),
        _traces(row, view.selection), _spark(row["Bars"]), formats.duration(row["MeanNs"]),
        formats.duration(row["P50Ns"]), formats.duration(row["P95Ns"]),
        formats.instant(int(row["FirstNs"])),
    ]  # fmt: skip


def _only(chosen: Selection, variant: str, root_name: str) -> Selection:
    return replace(chosen, variant=variant, root_name=root_name)


def _traces(row: Row, chosen: Selection) -> Component:
    """How many there are, as a link to the list of them."""
    only = state.parse(
        {"since": chosen.since, "variant": row["Variant"], "root_name": row["RootName"]}
    )
    return dcc.Link(f"{row['Traces']:,}", href=state.link("/traces", only), className="lp-link")


def _spark(bars: list[int]) -> Component:
    most = max(bars, default=0) or 1
    pieces = [html.I(style={"height": f"{100 * bar / most:.0f}%"}) for bar in bars]
    said = f"{len(bars)} steps of time, at most {most:,} traces in one"
    return html.Span(pieces, className="ar-spark", role="img", title=said, **parts.labelled(said))
