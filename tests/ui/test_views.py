"""Views are pure: rows in, components out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from dash._utils import to_json
from ui_seed_findings import findings

from longpole.ui import theme
from longpole.ui.search import Order
from longpole.ui.state import Filters, Window
from longpole.ui.views import charts, finding, overview, parts, traces
from longpole.ui.views import findings as findings_view

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOW_NS = int(NOW.timestamp()) * 1_000_000_000
TOTALS: dict[str, Any] = {
    "Runs": 10, "Errors": 1, "P50Ns": 2e9, "P95Ns": 9e9, "TtftP50Ns": float("nan"),
    "TtftP95Ns": float("nan"), "CostUsd": 5.0, "PricedRuns": 5, "UnpricedCalls": 3,
    "FirstNs": NOW_NS - 10, "LastNs": NOW_NS,
}  # fmt: skip


def words(component: object) -> str:
    encoded = to_json(component)  # type: ignore[no-untyped-call]
    return json.dumps(json.loads(encoded), ensure_ascii=False)


@pytest.fixture
def rows() -> dict[str, dict[str, Any]]:
    return {row["IncidentId"]: row for row in findings(NOW_NS, 48, ["a"], ["b"]).to_dicts()}


def test_a_tile_says_what_is_unknown() -> None:
    nothing = {**TOTALS, "PricedRuns": 0, "CostUsd": 0.0}
    data = overview.Overview(
        "24h", Window(0, 1), nothing, nothing, [], pl.DataFrame(), pl.DataFrame(), pl.DataFrame()
    )
    shown = words(overview.tiles(data))
    assert shown.count('"unknown"') == 2  # a run and a day
    assert '"$0"' not in shown


def test_cost_a_day_is_a_rate() -> None:
    hour = Window(5, 5 + 3_600_000_000_000)
    assert overview.cost_per_day(TOTALS, hour) == pytest.approx(5.0 * 24)
    assert overview.cost_per_day(TOTALS, Window(0, NOW_NS)) == pytest.approx(5.0)
    assert overview.cost_per_day({**TOTALS, "PricedRuns": 0}, hour) is None


def test_delta_has_a_word_and_a_tone() -> None:
    assert "lp-bad" in words(parts.delta(120, 100, "up"))
    assert "lp-good" in words(parts.delta(80, 100, "up"))
    assert "lp-bad" not in words(parts.delta(103, 100, "up"))  # noise
    assert "lp-bad" not in words(parts.delta(200, 100, None))
    assert "nothing before" in words(parts.delta(5, 0, "up"))


def test_a_table_refuses_rows_of_another_width() -> None:
    with pytest.raises(ValueError, match="zip"):
        parts.table(["A", "B#"], [["only one"]], "x")


def test_grid_orders_only_by_what_the_store_can_sort() -> None:
    assert traces.order([{"colId": "cost", "sort": "asc"}]) == Order("cost", False)
    assert traces.order([{"colId": "name; DROP", "sort": "asc"}]) == Order()
    assert traces.order(None) == Order()


def test_histogram_bars_carry_their_limits_and_holes() -> None:
    bins = pl.DataFrame({"Bin": [72, 74], "Runs": [3, 5], "Errors": [1, 0]})
    bars = charts.durations(bins).data[0]
    assert list(bars.y) == [2, 0, 5]
    assert list(bars.customdata[0][:2]) == pytest.approx([1e3, 1e3 * 10 ** (1 / 8)])
    assert charts.durations(bins.clear()).data == ()


def test_nothing_ran_is_a_gap_and_not_a_zero() -> None:
    series = pl.DataFrame(
        {
            "AtNs": [0, 30],
            "Runs": [1, 2],
            "Errors": [0, 0],
            "P95Ns": [5.0, 6.0],
            "CostUsd": [1.0, 2],
        }
    )
    filled = charts.without_holes(series, 10)
    assert filled["Runs"].to_list() == [1, 0, 0, 2]
    assert filled["P95Ns"].to_list() == [5.0, None, None, 6.0]


@pytest.mark.parametrize("hours", [1, 24, 168, 24 * 400])
def test_time_steps_are_few_and_round(hours: int) -> None:
    length = hours * 3_600_000_000_000
    step = charts.nice_step_ns(length)
    assert length / step <= 73
    assert step % 10_000_000_000 == 0


def test_finding_metric_is_read_from_the_right_histogram(rows: dict[str, dict[str, Any]]) -> None:
    series = pl.DataFrame(
        {
            "AtS": [0], "Calls": [4], "ServiceRequests": [2], "AllRequests": [8], "Errors": [1],
            "InputTokens": [10],
            "OutputTokens": [2], "CostUsd": [0.5], "DurationHist": [{100: 4}],
            "SelfHist": [{50: 4}], "TtftHist": [{10: 4}], "TpotHist": [{5: 4}],
        },
        schema_overrides={
            name: pl.Map(pl.Int16, pl.UInt64)
            for name in ("DurationHist", "SelfHist", "TtftHist", "TpotHist")
        },
    )  # fmt: skip
    row = rows["inc-latency"]
    for metric, bucket in (("p95", 100), ("p95_duration", 100), ("p50_ttft", 10), ("p99_tpot", 5)):
        value = finding.values({**row, "Metric": metric}, series)[0]
        assert value is not None
        assert 1.1**bucket <= value <= 1.1 ** (bucket + 1)
    assert finding.values(rows["inc-cost"], series) == [0.25]
    tokens = {**row, "Unit": "tokens", "Metric": "tokens_per_request"}
    assert finding.values(tokens, series) == [6.0]
    rootless = series.with_columns(ServiceRequests=pl.lit(0))
    assert finding.values(tokens, rootless) == [1.5]
    assert finding.values({**row, "Unit": "ratio", "Metric": "errors"}, series) == [0.25]


def test_variants_are_shares_and_their_names_are_text(rows: dict[str, dict[str, Any]]) -> None:
    shares = {"plan>answer": 0.125, "<b>plan</b>" * 20: 0.25}
    row = {**rows["inc-latency"], "Metric": "variant_share", "Unit": "ratio",
           "Operation": "run & <go>", "Attribution": shares}  # fmt: skip
    figure = finding.attribution_figure(row)
    assert list(figure.data[0].text) == ["12 %", "25 %"]
    assert figure.data[0].y[0] == "plan&gt;answer"
    assert "<" not in figure.data[0].y[1]
    shown = words(finding.body(row, pl.DataFrame({"AtS": [0]}), {}, []))
    assert "/architecture?root_name=run+%26+%3Cgo%3E&since=7d" in shown
    assert "share of requests now" in shown


def test_the_chart_shows_before_and_after_the_onset(rows: dict[str, dict[str, Any]]) -> None:
    shown = finding.charted(rows["inc-latency"], NOW.timestamp())
    onset = rows["inc-latency"]["Onset"].timestamp()
    assert onset - shown.from_s >= NOW.timestamp() - onset
    assert (shown.to_s - shown.from_s) / shown.step_s <= 120
    over = {**rows["inc-resolved"], "ResolvedAt": NOW - timedelta(hours=20)}
    assert finding.charted(over, NOW.timestamp()).to_s < NOW.timestamp() - 18 * 3600


def test_attribution_is_ordered_and_has_units(rows: dict[str, dict[str, Any]]) -> None:
    bars = finding.attribution_figure(rows["inc-cost"]).data[0]
    assert bars.y[-1] == "output tokens"
    assert bars.text[-1] == "+$0.002"
    one = {**rows["inc-latency"], "Attribution": {"own_ms": 900.0}}
    assert finding.attribution_figure(one).data[0].text == ("+900 ms",)


def test_findings_speak_in_words(rows: dict[str, dict[str, Any]]) -> None:
    assert findings_view.size(rows["inc-latency"]) == "+900 ms a call"
    assert findings_view.size(rows["inc-cost"]) == "+$0.420 a day"
    assert "may start" in words(findings_view.state_badge(rows["inc-pending"]))
    assert "longpole up --demo" in words(findings_view.no_findings("open"))


def test_every_kind_has_its_own_colour() -> None:
    assert len(set(theme.KIND_COLOURS.values())) == len(theme.KIND_COLOURS) == 13
    assert theme.kind_colour("never heard of") == theme.kind_colour("other")


def test_figures_follow_the_scheme_of_the_request() -> None:
    with theme.using("dark"):
        dark = charts.figure().layout.template.layout.font.color
    assert dark == theme.INK["dark"] != charts.figure().layout.template.layout.font.color


def test_summary_says_when_nothing_fits() -> None:
    assert traces.summary({**TOTALS, "Runs": 0}, Filters()) == ["No run fits."]
    assert "5 runs priced" in words(traces.summary({**TOTALS, "NewestNs": 1}, Filters()))


@pytest.mark.parametrize(
    ("growing", "expected"), [(True, "running"), (False, "incomplete")], ids=["now", "long ago"]
)
def test_a_run_whose_root_has_not_come_is_running_while_spans_arrive(
    growing: bool, expected: str
) -> None:
    page = pl.DataFrame(
        [
            {
                "TraceId": "a", "StartNs": 1, "RootName": "run", "IsError": False, "ErrorSpans": 0,
                "Flags": ["incomplete"], "IsGrowing": growing, "DurationNs": 5, "TtftS": None,
                "InputTokens": 0, "OutputTokens": 0, "CostUsd": None, "ModelCalls": 0, "Spans": 1,
                "Agent": "", "Service": "", "Release": "", "Models": [], "SessionId": "",
            }
        ]
    )  # fmt: skip
    (row,) = traces.rows(page)
    assert row["status"] == expected
