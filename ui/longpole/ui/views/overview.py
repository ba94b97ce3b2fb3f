"""The overview: is it well, and what changed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import formats, theme
from longpole.ui.histograms import quantile
from longpole.ui.state import Filters, Window, address, link
from longpole.ui.views import charts, parts
from longpole.ui.views.findings import finding_card

DAY_NS = 86_400 * 1_000_000_000
SHOWN_STEPS = 15
METRIC_STEPS = 5  # of them at least, where so many are known from metrics only
PERIODS = {"1h": "hour", "24h": "24 h", "7d": "7 days"}


@dataclass(frozen=True)
class Overview:
    """Everything the page shows, as the store answered it."""

    since: str
    window: Window
    now: dict[str, Any]
    before: dict[str, Any]
    findings: list[dict[str, Any]]
    series: pl.DataFrame
    steps: pl.DataFrame
    releases: pl.DataFrame


def body(data: Overview, as_of_ns: int) -> Component:
    """The filled page."""
    period = PERIODS.get(data.since)
    compared = f"The last {period} against the {period} before" if period else "All runs"
    return parts.page(
        "Overview",
        f"{compared} · as of {formats.instant(as_of_ns)}",
        open_findings(data.findings),
        tiles(data),
        html.Div(
            [
                parts.card(
                    "Runs and p95 duration",
                    charts.graph(charts.runs_and_latency(data.series), "Runs and p95 over time"),
                ),
                parts.card("Cost", charts.graph(charts.cost(data.series), "Cost over time")),
            ],
            className="lp-two",
        ),
        steps_card(data.steps, data.since),
        releases_card(data.releases, data.since),
    )


def open_findings(findings: list[dict[str, Any]]) -> Component:
    """Cards of what is firing, and what may become so."""
    if not findings:
        words = "No open findings. Each step is compared with its own past as runs come in."
        return html.P(words, className="lp-calm")
    return html.Section(
        [finding_card(row) for row in findings[:6]]
        + (
            [dcc.Link(f"{len(findings) - 6} more", href=address("/findings"))]
            if len(findings) > 6
            else []
        ),
        className="lp-findings",
        **parts.labelled("Open findings"),
    )


def tiles(data: Overview) -> Component:
    """The headline numbers, each against the period before."""
    now, before = data.now, data.before
    share, share_before = _ratio(now, "Errors", "Runs"), _ratio(before, "Errors", "Runs")
    per_run, per_run_before = _per_run(now), _per_run(before)
    per_day, per_day_before = cost_per_day(now, data.window), cost_per_day(before, data.window)
    errors = link("/traces", Filters(since=data.since, status="error"))
    unpriced = int(now["UnpricedCalls"])
    return html.Div(
        [
            parts.tile(
                "Runs", formats.count(now["Runs"]),
                parts.delta(now["Runs"], before["Runs"] or None, None),
                href=link("/traces", Filters(since=data.since)),
            ),
            parts.tile(
                "Runs with error", formats.share(share),
                parts.delta(share, share_before, "up"), href=errors,
            ),
            _latency("Duration p50", now["P50Ns"], before["P50Ns"]),
            _latency("Duration p95", now["P95Ns"], before["P95Ns"]),
            _latency("First token p50", now["TtftP50Ns"], before["TtftP50Ns"]),
            parts.tile(
                "Cost a run", formats.money(per_run), parts.delta(per_run, per_run_before, "up"),
                note=f"{formats.count(unpriced)} calls unpriced" if unpriced else None,
            ),
            parts.tile(
                "Cost a day", formats.money(per_day), parts.delta(per_day, per_day_before, "up"),
                note="at this rate" if data.since == "1h" else None,
            ),
        ],
        className="lp-tiles",
    )  # fmt: skip


def cost_per_day(totals: dict[str, Any], window: Window) -> float | None:
    """Money a day at the rate of the window; over all time, from the first to the last run."""
    if not totals["PricedRuns"]:
        return None
    length = window.end_ns - window.start_ns
    if window.start_ns == 0:
        length = max(totals["LastNs"] - totals["FirstNs"], DAY_NS)
    return float(totals["CostUsd"]) * DAY_NS / length


def steps_card(steps: pl.DataFrame, since: str) -> Component:
    """Steps with the largest part of the critical path first."""
    if steps.is_empty():
        return parts.card("Steps", "No step has ended in this time range yet.")
    whole = max(int(steps["PathNs"].sum()), 1)
    rows = [_step_row(row, whole, since) for row in _shown(steps).to_dicts()]
    heads = [
        "Step", "Agent", "Kind", "Calls#", "Errors#", "p50#", "p95#", "On the path#", "Tokens#",
        "Cost#",
    ]  # fmt: skip
    shown = min(SHOWN_STEPS, steps.height)
    note = f"by time on the critical path; {shown} of {steps.height}"
    if from_metrics := steps.filter(pl.col("Source") == "metrics").height:
        note += f", {from_metrics} known from metrics only"
    return parts.card("Steps", parts.table(heads, rows, "Steps"), note)


def releases_card(releases: pl.DataFrame, since: str) -> Component:
    """Releases seen, newest first."""
    if releases.is_empty():
        words = "No run says which release it is. Set the resource attribute service.version."
        return parts.card("Releases seen", html.P(words, className="lp-dim"))
    rows: list[list[parts.Child]] = [
        [
            parts.name(row["Release"], link("/traces", Filters(since, release=row["Release"]))),
            parts.name(row["Service"]),
            formats.instant(row["FirstNs"]),
            formats.instant(row["LastNs"]),
            formats.count(row["Runs"]),
            formats.share(row["Errors"] / row["Runs"]),
            formats.duration(row["P95Ns"]),
            formats.money(row["CostUsdPerRun"]),
        ]
        for row in releases.to_dicts()
    ]
    heads = ["Release", "Service", "First run", "Last run", "Runs#", "Errors#", "p95#", "A run#"]
    return parts.card("Releases seen", parts.table(heads, rows, "Releases"))


def _shown(steps: pl.DataFrame) -> pl.DataFrame:
    """The first steps, a part of the table kept for what only metrics know."""
    is_metric = pl.col("Source") == "metrics"
    metrics = steps.filter(is_metric)
    spans = steps.filter(~is_metric).head(SHOWN_STEPS - min(metrics.height, METRIC_STEPS))
    return pl.concat([spans, metrics.head(SHOWN_STEPS - spans.height)])


def _step_row(row: dict[str, Any], whole: int, since: str) -> list[parts.Child]:
    share = row["PathNs"] / whole
    tokens = row["InputTokens"] + row["OutputTokens"]
    colour = theme.kind_colour(row["Kind"])
    unknown = row["UnpricedCalls"] > 0 and not row["CostUsd"]
    is_metric = row["Source"] == "metrics"
    return [
        _metric_name(row) if is_metric else _span_name(row, since),
        parts.name(row["Agent"]),
        parts.kind_mark(row["Kind"], colour),
        formats.count(row["Calls"]),
        formats.share(row["Errors"] / row["Calls"]) if row["Calls"] else "-",
        formats.duration(quantile(row["DurationHist"], 0.5)),
        formats.duration(quantile(row["DurationHist"], 0.95)),
        "-"
        if is_metric
        else html.Span([parts.bar(share, colour), formats.share(share)], className="lp-withbar"),
        formats.tokens(tokens) if tokens else "-",
        formats.money(None if unknown else row["CostUsd"]) if row["ModelCalls"] else "-",
    ]


def _span_name(row: dict[str, Any], since: str) -> Component:
    chosen = Filters(since, step=row["Step"], service=row["Service"])
    return parts.name(row["Step"], link("/traces", chosen))


def _metric_name(row: dict[str, Any]) -> Component:
    """No trace to go to: operation, model and service, and a mark that says where from."""
    label = " ".join(filter(None, (row["Step"], row["OnlyModel"]))) + f" · {row['Service']}"
    mark = html.Span(
        "metrics",
        className="lp-badge lp-tone-quiet",
        title="Known from metrics only; no span of this time range tells of these calls. "
        "Quantiles are estimates.",
    )
    return html.Span([parts.name(label), " ", mark])


def _latency(label: str, now: float | None, before: float | None) -> Component:
    value, past = known(now), known(before)
    return parts.tile(label, formats.duration(value), parts.delta(value, past, "up"))


def known(value: float | None) -> float | None:
    """ClickHouse answers NaN for the quantile of nothing."""
    return None if value is None or value != value else float(value)


def _ratio(totals: dict[str, Any], part: str, whole: str) -> float | None:
    return totals[part] / totals[whole] if totals[whole] else None


def _per_run(totals: dict[str, Any]) -> float | None:
    return totals["CostUsd"] / totals["PricedRuns"] if totals["PricedRuns"] else None
