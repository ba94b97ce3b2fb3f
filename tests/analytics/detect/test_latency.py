"""The latency detector on made-up steps whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from longpole.analytics.detect import Detection, LatencyThresholds, find_latency_anomalies
from longpole.analytics.detect.frames import KEY
from longpole.core.errors import InputError

THRESHOLDS = LatencyThresholds()
Roll = Callable[..., pl.DataFrame]
MakeStep = Callable[..., object]
Floats = npt.NDArray[np.float64]


def since(start_s: float, factor: float) -> Callable[[Floats], Floats]:
    return lambda at: np.where(at >= start_s, factor, 1.0)


def judge(rollup: pl.DataFrame, now_ns: int) -> Detection:
    return find_latency_anomalies(rollup, now_ns, THRESHOLDS)


def test_a_slow_tool_is_named_with_when_and_how_much(
    roll: Roll, make_step: MakeStep, now_ns: int
) -> None:
    onset = now_ns // 10**9 - 5400
    rollup = roll([make_step("search", slower=since(onset, 3)), make_step("fetch")], seed=1)
    (found,) = judge(rollup, now_ns).findings.to_dicts()
    assert (found["Step"], found["Service"], found["Direction"]) == ("search", "api", "up")
    assert found["Confirmed"]
    assert abs(found["Onset"].timestamp() - onset) <= 300
    # A factor of three on the whole distribution.
    assert found["RelativeChange"] == pytest.approx(2.0, abs=0.5)
    assert found["Observed"] > found["ExpectedHigh"] > found["Expected"] > found["ExpectedLow"]
    assert found["Samples"] == pytest.approx(20 * 18, rel=0.3)
    mean_ms = 800 * np.exp(0.4**2 / 2)
    assert found["SizeMs"] == pytest.approx(2 * mean_ms, rel=0.15)
    assert "tool search" in found["Reason"] and "UTC" in found["Reason"]


@pytest.mark.parametrize(("days", "per_bucket"), [(8, 20), (3.5, 6), (8, 3)])
def test_unchanged_steps_raise_nothing(
    roll: Roll, make_step: MakeStep, now_ns: int, days: float, per_bucket: float
) -> None:
    shape = {"days": days, "calls_per_bucket": per_bucket}
    for seed in range(17):
        steps = [make_step(f"s{i}", sigma=0.3 + 0.3 * i, **shape) for i in range(3)]
        found = judge(roll(steps, seed=seed), now_ns).findings
        assert found.is_empty(), found["Reason"].to_list()


def test_a_daily_rhythm_is_not_an_anomaly(roll: Roll, make_step: MakeStep, now_ns: int) -> None:
    # Twice as slow from 10 to 14 o'clock each day; it is 12:00 now.
    def noon(at: Floats) -> Floats:
        hour = at / 3600 % 24
        return np.where((hour >= 10) & (hour < 14), 2.0, 1.0)

    for seed in range(5):
        rollup = roll([make_step("search", slower=noon, days=12)], seed=seed)
        assert judge(rollup, now_ns).findings.is_empty()


def test_a_small_change_is_left_alone(roll: Roll, make_step: MakeStep, now_ns: int) -> None:
    onset = now_ns // 10**9 - 5400
    # +100 % of 10 ms is 10 ms: nobody waits for that.
    step = make_step("lookup", median_ms=10, sigma=0.2, slower=since(onset, 2))
    assert judge(roll([step], seed=3), now_ns).findings.is_empty()


def test_a_young_series_is_still_learning(roll: Roll, make_step: MakeStep, now_ns: int) -> None:
    onset = now_ns // 10**9 - 5400
    step = make_step("search", days=1.5, slower=since(onset, 5))
    assert judge(roll([step], seed=4), now_ns).findings.is_empty()


def test_the_slow_child_is_named_and_not_its_parents(
    roll: Roll, make_step: MakeStep, now_ns: int
) -> None:
    onset = now_ns // 10**9 - 5400

    def only_own_50_ms(ends: Floats, durations: Floats) -> Floats:
        return np.full_like(durations, 50e6)

    slow = since(onset, 3)
    agent = make_step("research", kind="agent", median_ms=900, slower=slow, children=only_own_50_ms)
    request = make_step(
        "", agent="", kind="request", operation="request", slower=slow,
        children=lambda ends, durations: np.zeros_like(durations),
    )  # fmt: skip
    found = judge(roll([make_step("search", slower=slow), agent, request], seed=5), now_ns)
    assert found.findings["Step"].to_list() == ["search"]


def test_a_parent_that_is_slow_by_itself_is_named(
    roll: Roll, make_step: MakeStep, now_ns: int
) -> None:
    onset = now_ns // 10**9 - 5400

    def children_800_ms(ends: Floats, durations: Floats) -> Floats:
        return np.maximum(durations - 800e6, 0)

    agent = make_step(
        "plan", kind="agent", median_ms=1200, slower=since(onset, 3), children=children_800_ms
    )
    found = judge(roll([agent, make_step("search")], seed=6), now_ns).findings
    assert found["Step"].to_list() == ["plan"]


def test_longer_answers_are_not_slow_service(roll: Roll, make_step: MakeStep, now_ns: int) -> None:
    onset = now_ns // 10**9 - 5400
    longer = make_step(
        "write", kind="llm", model="m", output_tokens=lambda at: np.where(at >= onset, 300, 100)
    )
    assert judge(roll([longer], seed=7), now_ns).findings.is_empty()
    slower = make_step(
        "write", kind="llm", model="m", output_tokens=lambda at: np.full_like(at, 100),
        slower=since(onset, 3),
    )  # fmt: skip
    assert judge(roll([slower], seed=7), now_ns).findings.height == 1


def test_a_streaming_model_is_judged_by_first_token_and_pace(
    roll: Roll, make_step: MakeStep, now_ns: int
) -> None:
    onset = now_ns // 10**9 - 5400
    slower = make_step(
        "write", kind="llm", model="m", streams=True, slower=since(onset, 3),
        output_tokens=lambda at: np.full_like(at, 100), median_ms=4000,
    )  # fmt: skip
    (found,) = judge(roll([slower], seed=8), now_ns).findings.to_dicts()
    assert found["Area"] == "deployment"
    assert found["Metric"].split("_")[1] in {"duration", "ttft", "tpot"}


def test_dense_traffic_after_a_thin_past_is_judged_at_once(
    roll: Roll, make_step: MakeStep, now_ns: int
) -> None:
    now_s = now_ns // 10**9
    shape = {"sigma": 0.35, "median_ms": 820.0}
    past = roll([make_step("search", calls_per_bucket=0.8, **shape)], 9, now_s - 9000)
    step = make_step(
        "search", calls_per_bucket=12, days=9000 / 86_400, slower=since(now_s - 3000, 3), **shape
    )
    found = judge(pl.concat([past, roll([step], seed=10)]), now_ns).findings
    assert found["Step"].to_list() == ["search"]
    assert abs(found["Onset"][0].timestamp() - (now_s - 3000)) <= 600


def test_a_key_that_calmed_down_is_reported_as_calm_and_a_silent_one_is_not(
    roll: Roll, make_step: MakeStep, now_ns: int
) -> None:
    silent = make_step("silent")
    rollup = pl.concat(
        [
            roll([make_step("busy", sigma=0.2)], seed=11),
            roll([silent], 12, now_ns // 10**9 - 86_400),
        ]
    )
    assert judge(rollup, now_ns).calm["Step"].to_list() == ["busy"]


def test_an_open_incident_does_not_become_the_baseline(
    roll: Roll, make_step: MakeStep, now_ns: int
) -> None:
    onset = now_ns // 10**9 - 40 * 3600
    rollup = roll([make_step("search", slower=since(onset, 3))], seed=13)
    key = rollup.select(KEY).unique().with_columns(SinceS=pl.lit(onset))
    assert judge(rollup, now_ns).findings.is_empty()
    assert find_latency_anomalies(rollup, now_ns, THRESHOLDS, key).findings.height == 1


def test_nothing_in_nothing_out(roll: Roll, make_step: MakeStep, now_ns: int) -> None:
    rollup = roll([make_step("search")], seed=1)
    assert judge(rollup.clear(), now_ns).findings.is_empty()
    with pytest.raises(InputError, match="DurationHist"):
        judge(rollup.drop("DurationHist"), now_ns)
