"""Changes as text, fitted speeds, and what each change does to small traces made by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.analytics.critical_path import PathOptions
from longpole.analytics.whatif import (
    Change,
    Match,
    ModelSpeed,
    TooFew,
    answer_set,
    answer_trace,
    fit_speeds,
    parse_change,
    prepare,
    write_change,
)
from longpole.analytics.whatif.set_answer import compare_quantiles
from longpole.core.prices import PriceBook

MS = 1_000_000
BASE = 1_790_000_000 * 10**9
TEXTS = st.text(max_size=20)
OPTIONAL = {
    "InputTokens": pl.UInt64, "OutputTokens": pl.UInt64, "CacheReadTokens": pl.UInt64,
    "CacheWriteTokens": pl.UInt64, "CostUsd": pl.Float64, "TtftS": pl.Float64,
    "QueueS": pl.Float64, "PrefillS": pl.Float64,
}  # fmt: skip


def span(number: int, parent: int, start: int, end: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    texts = dict.fromkeys(
        ("Service", "Agent", "Kind", "Name", "ToolName", "Provider", "Model", "ServiceTier"), ""
    )
    row: dict[str, Any] = {
        **texts, **dict.fromkeys(OPTIONAL), "TraceId": "t", "SpanId": f"{number:016x}",
        "ParentSpanId": f"{parent:016x}" if parent else "", "StartNs": BASE + start * MS,
        "DurationNs": (end - start) * MS, "SpanKind": "Internal", "Process": "p",
        "Start": datetime(2026, 9, 21, tzinfo=UTC), "Step": "root", "IsError": False,
        "Counted": True, "Flags": [], "AfterSpanIds": [], "AfterEvidence": [],
    }  # fmt: skip
    return {**row, **more}


def after(rows: list[dict[str, Any]], *changes: str, speeds: Any = None) -> float:  # noqa: ANN401
    lists = dict.fromkeys(("Flags", "AfterSpanIds", "AfterEvidence"), pl.List(pl.String))
    types: Any = {**OPTIONAL, **lists, "DurationNs": pl.UInt64}
    prepared = prepare(pl.DataFrame(rows, schema_overrides=types), PathOptions())
    wanted = [parse_change(text) for text in changes]
    found = answer_trace(prepared, wanted, speeds or {}, PriceBook.default())
    return found.after_ns / MS


@given(
    st.sampled_from(["faster", "removed", "cached", "hit", "model", "no_retry", "parallel"]),
    TEXTS.filter(bool), TEXTS, st.integers(1, 10**9),
)  # fmt: skip
def test_what_is_written_is_read_back(what: Any, step: str, name: str, number: int) -> None:  # noqa: ANN401
    value = {"faster": number / 7, "cached": 1 / number, "hit": float(number)}.get(what, 0.0)
    text = "a,b\\c" if what == "model" else ""
    change = Change(what, Match(step=step, name=name), value, text)
    assert parse_change(write_change(change)) == change


FETCHES = [
    span(1, 0, 0, 100),
    span(2, 1, 10, 30, Step="fetch"),
    span(3, 1, 32, 52, Step="fetch"),
    span(4, 1, 54, 84, Step="fetch"),
    span(5, 1, 90, 95, Step="use"),
]


def test_serial_siblings_start_beside_each_other_and_who_follows_waits_for_all() -> None:
    # Starts 10, 12, 14 (their parent's 2 ms stay), ends 30, 32, 44; then 6 ms, 5 ms and 5 ms.
    assert after(FETCHES, "parallel,step=fetch") == 60


def test_proven_need_keeps_siblings_in_order() -> None:
    proven = {"AfterSpanIds": [f"{2:016x}"], "AfterEvidence": ["data"]}
    rows = [*FETCHES[:2], {**FETCHES[2], **proven}, *FETCHES[3:]]
    # The second still starts at 32, the third at 34 beside it.
    assert after(rows, "parallel,step=fetch") == 80


def test_a_detached_span_delays_nobody() -> None:
    rows = [span(1, 0, 0, 100), span(2, 1, 10, 60, Step="a"), span(3, 1, 61, 400, Step="log")]
    assert after(rows, "faster:2,step=log") == 100
    assert after(rows, "removed,step=a") == 50


def test_failed_attempts_go_with_the_wait_before_the_next() -> None:
    rows = [
        span(1, 0, 0, 100),
        span(2, 1, 5, 25, Step="call", IsError=True),
        span(3, 1, 45, 95, Step="call"),
    ]
    assert after(rows, "no_retry") == 60
    assert after(rows, "no_retry,step=other") == 100


def test_another_model_answers_at_its_fitted_speed() -> None:
    call = {"Kind": "llm", "Model": "slow", "InputTokens": 1000, "OutputTokens": 101}
    rows = [span(1, 0, 0, 3000), span(2, 1, 500, 2500, **call)]
    speed = ModelSpeed("quick", "", 20, 0.1, 1e-4, 2e-3, (-0.1, 0.1))
    assert after(rows, "model:quick,model=slow", speeds={"quick": speed}) == 1400


def calls(count: int, base: float, slope: float, tpot: float) -> pl.DataFrame:
    random = np.random.default_rng(3)
    inputs, outputs = random.integers(100, 20_000, count), random.integers(20, 900, count)
    ttft = base + slope * inputs + random.normal(0, 0.01, count)
    total = ttft + tpot * (outputs - 1)
    ttft[::10], total[::10] = 30.0, 60.0  # a tenth hung
    return pl.DataFrame(
        {
            "Model": ["m"] * count, "Provider": ["p"] * count, "TtftS": ttft,
            "DurationNs": (total * 1e9).astype(np.uint64), "InputTokens": inputs.astype(np.uint64),
            "OutputTokens": outputs.astype(np.uint64), "CacheReadTokens": [None] * count,
        }
    )  # fmt: skip


def test_a_fit_finds_the_speed_although_some_calls_hang() -> None:
    found = fit_speeds(calls(300, 0.4, 5e-5, 0.012))["m"]
    assert isinstance(found, ModelSpeed)
    assert found.base_s == pytest.approx(0.4, abs=0.03)
    assert found.per_input_s == pytest.approx(5e-5, rel=0.1)
    assert found.per_output_s == pytest.approx(0.012, rel=0.02)


def test_too_few_calls_are_refused_with_their_number() -> None:
    found = fit_speeds(calls(19, 0.4, 5e-5, 0.012))["m"]
    assert isinstance(found, TooFew)
    assert "19" in found.reason and "20 or more" in found.reason


def test_intervals_hold_the_quantile_and_come_out_the_same_again() -> None:
    before = np.random.default_rng(1).lognormal(20, 0.5, 2_000).astype(np.int64)
    found = compare_quantiles(before, before // 2, seed=1)
    for one in found:
        low, high = one.before_interval_ns
        assert low <= one.before_ns <= high
        assert one.saved_interval_ns[0] > 0
        assert one.saved_ns == one.before_ns - one.after_ns
    assert found == compare_quantiles(before, before // 2, seed=1)


def test_a_set_is_answered_as_its_traces_are() -> None:
    rows = [{**row, "TraceId": trace} for trace in ("a", "b", "c") for row in FETCHES]
    rows += [{**row, "TraceId": "d", "Step": "else"} for row in FETCHES]
    types: Any = {
        **OPTIONAL, "DurationNs": pl.UInt64,
        **dict.fromkeys(("Flags", "AfterSpanIds", "AfterEvidence"), pl.List(pl.String)),
    }  # fmt: skip
    prepared = prepare(pl.DataFrame(rows, schema_overrides=types), PathOptions())
    found = answer_set(prepared, [parse_change("parallel,step=fetch")], {}, PriceBook.default())
    assert (found.traces, found.affected_share) == (4, 0.75)
    assert found.quantiles[0].after_ns == 60 * MS
