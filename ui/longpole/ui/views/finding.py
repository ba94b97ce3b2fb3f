"""One finding: reason, numbers, series with the band, attribution, examples, who was told."""

from __future__ import annotations

import time
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go
import polars as pl
from dash import dcc, html
from dash.development.base_component import Component

from longpole.ui import formats, state, theme
from longpole.ui.histograms import quantile
from longpole.ui.views import charts, parts
from longpole.ui.views.findings import (
    MS_PER_DAY,
    is_saving,
    observed,
    size,
    state_badge,
    where,
)

Row = dict[str, Any]
HOUR_S = 3_600
HISTOGRAMS = {
    "duration": "DurationHist",
    "self": "SelfHist",
    "ttft": "TtftHist",
    "tpot": "TpotHist",
}
METRIC_WORDS = {
    "duration": "duration", "self": "own time", "ttft": "time to first token",
    "tpot": "time per output token", "cost_usd_per_request": "cost a request",
    "tokens_per_request": "tokens a request", "variant_share": "share of requests",
}  # fmt: skip
UNIT_WORDS = {"usd": "USD", "tokens": "tokens", "ratio": "share"}
FACTOR_WORDS = {
    "price": "price", "model_mix": "mix of models", "mix": "mix of models",
    "input_tokens": "input tokens", "input": "input tokens", "output_tokens": "output tokens",
    "output": "output tokens", "calls_per_request": "calls a request", "calls": "calls a request",
    "own_ms": "the step itself", "children_ms": "calls below it",
}  # fmt: skip
VARIANTS = "variant_share"
LONGEST_FACTOR = 60


@dataclass(frozen=True)
class Charted:
    """The time a finding's chart shows, in seconds since 1970."""

    from_s: int
    to_s: int
    step_s: int


def charted(row: Row, now_s: float | None = None) -> Charted:
    """From well before the onset to the end of the incident; at most about 100 points."""
    now = time.time() if now_s is None else now_s
    onset = row["Onset"].timestamp()
    end = min(now, row["ResolvedAt"].timestamp() + HOUR_S) if row["ResolvedAt"] else now
    length = max(end - onset, 2 * HOUR_S)
    start = onset - min(2 * length, 7 * 24 * HOUR_S)
    # Cost is judged by the hour; finer steps would only show how few requests there are.
    least = HOUR_S if row["Unit"] in ("usd", "tokens") else 300
    step_s = max(least, charts.nice_step_ns(int((end - start) * 1e9), 100) // 1_000_000_000)
    return Charted(int(start // step_s * step_s), int(end) + 1, int(step_s))


def body(row: Row, series: pl.DataFrame, traces: dict[str, Row], told: list[Row]) -> Component:
    """The filled page."""
    head = html.Header(
        [
            html.Div(
                [state_badge(row), html.Bdi(where(row), className="lp-dim lp-clip")],
                className="lp-badgeline",
            ),
            html.H1(html.Bdi(row["Title"])),
            html.P(html.Bdi(row["Reason"]), className="lp-reason"),
            _look(row["SuggestedLook"]),
        ],
        className="lp-pagehead",
    )
    findings = state.address("/findings")
    return html.Div(
        [
            dcc.Link("← All findings", href=findings, className="lp-link lp-back"),
            head,
            html.Div([_over_time(row, series), _facts_card(row)], className="lp-two lp-lead"),
            _attribution_card(row),
            _examples_card(row, traces),
            _told_card(told),
        ],
        className="lp-page",
    )  # fmt: skip


def metric_words(metric: str) -> str:
    """`p95_ttft` as `p95 time to first token`."""
    if metric in METRIC_WORDS:
        return METRIC_WORDS[metric]
    quantity, _, kind = metric.partition("_")
    if quantity[:1] == "p" and quantity[1:].isdigit():
        return f"{quantity} {METRIC_WORDS.get(kind or 'duration', kind)}"
    return metric.replace("_", " ")


def values(row: Row, series: pl.DataFrame) -> list[float | None]:
    """The finding's metric for each bucket of the series, in the finding's unit."""
    quantity, _, kind = str(row["Metric"]).partition("_")
    if row["Unit"] == "ns" and quantity[:1] == "p" and quantity[1:].isdigit():
        column = HISTOGRAMS.get(kind or "duration", "DurationHist")
        q = int(quantity[1:]) / 10 ** len(quantity[1:])
        return [quantile(counts, q) for counts in series[column]]
    numerator, divisor = {
        "usd": (pl.col("CostUsd"), _requests(series)),
        "tokens": (pl.col("InputTokens") + pl.col("OutputTokens"), _requests(series)),
        "ratio": (pl.col("Errors"), "Calls"),
    }[row["Unit"]]
    ratio = numerator.cast(pl.Float64) / pl.col(divisor)
    return series.select(pl.when(pl.col(divisor) > 0).then(ratio)).to_series().to_list()


def _requests(series: pl.DataFrame) -> str:
    """As the detector counts: requests of the step's service, or all where it has no root."""
    return "ServiceRequests" if series["ServiceRequests"].sum() > 0 else "AllRequests"


def series_figure(row: Row, series: pl.DataFrame) -> go.Figure:
    """The step's series, the expected band behind it, the onset as a line."""
    at = charts.instants(series["AtS"].cast(pl.Int64) * 1_000_000_000)
    found = values(row, series)
    scale, title = (
        (1e9, "seconds") if row["Unit"] == "ns" else (1.0, UNIT_WORDS.get(row["Unit"], row["Unit"]))
    )
    made = charts.figure(
        go.Scatter(
            x=at, y=[None if v is None else v / scale for v in found], mode="lines+markers",
            line={"color": theme.BLUE, "width": 2}, marker={"size": 4}, connectgaps=False,
            customdata=[formats.quantity(v or 0, row["Unit"]) for v in found],
            hovertemplate="%{customdata}<extra></extra>", name=row["Metric"],
        ),
        yaxis={"title": {"text": title}, "rangemode": "tozero", "nticks": 5},
        xaxis={"hoverformat": "%Y-%m-%d %H:%M UTC"},
        showlegend=False,
    )  # fmt: skip
    made.add_hrect(
        y0=row["ExpectedLow"] / scale, y1=row["ExpectedHigh"] / scale, fillcolor=theme.GREEN,
        opacity=0.16, line_width=0, annotation_text="expected", annotation_position="top right",
    )  # fmt: skip
    made.add_vline(
        x=row["Onset"].timestamp() * 1000, line={"color": theme.VERMILION, "width": 1.5},
        annotation_text="onset", annotation_position="top left",
    )  # fmt: skip
    return made


def attribution_figure(row: Row) -> go.Figure:
    """Parts of the change as bars, the largest on top."""
    parts_ = sorted(row["Attribution"].items(), key=lambda item: abs(item[1]))
    low, high = min(0.0, *(a for _, a in parts_)), max(0.0, *(a for _, a in parts_))
    room = 0.3 * ((high - low) or 1.0)
    return charts.figure(
        go.Bar(
            y=[_factor(factor) for factor, _ in parts_],
            x=[amount for _, amount in parts_], orientation="h",
            marker_color=[theme.VERMILION if a > 0 else theme.GREEN for _, a in parts_],
            text=[factor_amount(factor, amount, row) for factor, amount in parts_],
            textposition="outside", hoverinfo="skip", cliponaxis=False,
        ),
        yaxis={"showgrid": False}, xaxis={
            "showgrid": True, "zeroline": True, "nticks": 5, "showticklabels": False,
            "range": [low - room * (low < 0), high + room],
        },
        showlegend=False,
    )  # fmt: skip


def _factor(name: str) -> str:
    """Its words; a name that came with the data is text, not markup of the chart."""
    return FACTOR_WORDS.get(name) or escape(formats.shortened(name, LONGEST_FACTOR))


def factor_amount(factor: str, amount: float, row: Row) -> str:
    """One part of a change with its unit: money or tokens a request, or time a call."""
    sign = "+" if amount > 0 else ""
    if row["Metric"] == VARIANTS:
        return formats.share(amount)
    if factor.endswith("_ms"):
        return f"{sign}{formats.duration(amount * 1e6)}"
    return f"{sign}{formats.quantity(amount, row['Unit'])}"


def _look(text: str) -> Component | None:
    if not text:
        return None
    return html.P([html.B("Look here: "), html.Bdi(text)], className="lp-look")


def _over_time(row: Row, series: pl.DataFrame) -> Component:
    """Shares of variants have no five-minute rows; the Architecture page shows them over time."""
    if row["Metric"] != VARIANTS:
        return _chart_card(row, series)
    chosen = state.address("/architecture", root_name=row["Operation"], since="7d")
    link = dcc.Link("Variants of this operation over seven days", href=chosen, className="lp-link")
    return parts.card("Over time", html.P(link))


def _chart_card(row: Row, series: pl.DataFrame) -> Component:
    if is_saving(row):
        words = "Judged from whole runs, not from five-minute rows: compare the runs below."
        return parts.card("Over time", html.P(words, className="lp-dim"))
    if series.is_empty():
        words = "The five-minute rows of this step are not in the store (any more)."
        return parts.card("Over time", html.P(words, className="lp-dim"))
    words = metric_words(row["Metric"])
    chart = charts.graph(
        series_figure(row, series), f"{words} over time with the expected band", 310
    )
    title = words[:1].upper() + words[1:]
    return parts.card(title, chart, "of this step; times in UTC")  # fmt: skip


def _facts_card(row: Row) -> Component:
    low, high = (formats.quantity(row[key], row["Unit"]) for key in ("ExpectedLow", "ExpectedHigh"))
    since, until = formats.moment(row["BaselineFrom"]), formats.moment(row["BaselineTo"])
    facts = [
        ("Observed", observed(row)),
        ("Expected band", f"{low} to {high}"),
        ("Change", formats.signed_share(row["RelativeChange"])),
        ("Size", size(row)),
        *_saving_facts(row),
        ("Score", f"{row['Score']:.1f}"),
        ("Samples", f"{row['Samples']:,} against {row['BaselineSamples']:,}"),
        ("Baseline", f"{since} to {until}"),
        ("Onset", formats.moment(row["Onset"])),
        ("Found", formats.moment(row["DetectedAt"])),
        ("Last seen", formats.moment(row["LastSeenAt"])),
        ("Resolved", formats.moment(row["ResolvedAt"]) if row["ResolvedAt"] else "still open"),
        ("Runs touched", f"{row['AffectedTraces']:,}" if row["AffectedTraces"] else "not counted"),
        ("Detector", f"{row['Detector']}, {row['Area']}"),
    ]  # fmt: skip
    items = [part for name, value in facts for part in (html.Dt(name), html.Dd(value))]
    return parts.card("Why it was called abnormal", html.Dl(items, className="lp-facts"))


def _saving_facts(row: Row) -> list[tuple[str, str]]:
    """What a finder says besides: its amounts are sums and shares, not parts of a change."""
    if not is_saving(row):
        return []
    return [
        ("Time a day", formats.duration(row["Attribution"][MS_PER_DAY] * 1e6)),
        ("Share of requests", f"{row['Attribution']['share_of_requests']:.0%}".replace("%", " %")),
    ]


def _attribution_card(row: Row) -> Component | None:
    if not row["Attribution"] or is_saving(row):
        return None
    unit = {"usd": "USD a request", "tokens": "tokens a request"}.get(row["Unit"], "time a call")
    height = 50 + 30 * len(row["Attribution"])
    chart = charts.graph(attribution_figure(row), "Parts of the change", height)
    if row["Metric"] == VARIANTS:
        return parts.card("Variants that are new or grow", chart, "share of requests now")
    return parts.card("What the change is made of", chart, unit)


def _examples_card(row: Row, traces: dict[str, Row]) -> Component:
    columns = (("Abnormal runs", "ExampleTraces"), ("Normal runs", "NormalTraces"))
    lists = [_example_list(title, row[name], traces) for title, name in columns]
    return parts.card("Examples to compare", html.Div(lists, className="lp-two"))


def _example_list(title: str, trace_ids: list[str], traces: dict[str, Row]) -> Component:
    if not trace_ids:
        return html.Div([html.H3(title), html.P("None kept.", className="lp-dim")])
    items = [html.Li(_example(trace_id, traces.get(trace_id))) for trace_id in trace_ids]
    return html.Div([html.H3(title), html.Ul(items, className="lp-examples")])


def _example(trace_id: str, trace: Row | None) -> list[Component]:
    if trace is None:
        words = "not in the store any more"
        return [html.Code(trace_id[:16]), html.Span(words, className="lp-dim")]
    return [
        parts.name(trace["RootName"] or trace_id[:16], state.address(f"/traces/{trace_id}")),
        html.Span(formats.duration(trace["DurationNs"]), className="lp-num"),
        html.Span(formats.money(trace["CostUsd"]), className="lp-num"),
        html.Span(formats.instant(trace["StartNs"]), className="lp-dim"),
    ]


def _told_card(told: list[Row]) -> Component:
    if not told:
        words = (
            "Nobody was told. Receivers are set by `alerts.webhooks`; they hear of what is firing."
        )
        return parts.card("Notifications", html.P(words, className="lp-dim"))
    rows: list[list[parts.Child]] = [
        [
            formats.moment(row["AttemptedAt"]),
            parts.name(row["Receiver"]),
            parts.badge("delivered", "good") if row["Delivered"] else parts.badge("failed", "bad"),
            str(row["StatusCode"]) if row["StatusCode"] else "-",
            row["Error"] or "-",
        ]
        for row in told
    ]
    heads = ["When", "Receiver", "Result", "HTTP#", "Error"]
    return parts.card("Notifications", parts.table(heads, rows, "Notifications"))
