"""Tail attribution: planted causes are found, and parts add up."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.analytics.profile import TailAttribution, attribute_tail

GROUPS = 10
TEXTS = ("RootName", "Shape", "Service", "Agent", "Step", "Kind", "Part")
TRACES = {"RootName": pl.String, "Shape": pl.String, "Draw": pl.UInt32, "Traces": pl.UInt64,
          "SumNs": pl.Int64}  # fmt: skip
PARTS = {**dict.fromkeys(TEXTS, pl.String), "Draw": pl.UInt32, "SumNs": pl.Int64,
         "Turns": pl.UInt64}  # fmt: skip
Trace = tuple[str, dict[str, tuple[int, int]]]  # shape, and (turns, ms a turn) of each step


def frames(traces: list[Trace]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One row a trace and one a step of a trace; `gap` is a gap."""
    whole, parts = [], []
    for number, (shape, steps) in enumerate(traces):
        of = {"RootName": "run", "Shape": shape, "Draw": number % GROUPS}
        total = 0
        for name, (turns, ms) in steps.items():
            total += turns * ms * 10**6
            parts.append({**of, "Service": "s", "Agent": "a", "Step": name, "Kind": "llm",
                          "Part": "gap" if name == "gap" else "work",
                          "SumNs": turns * ms * 10**6, "Turns": turns})  # fmt: skip
        whole.append({**of, "Traces": 1, "SumNs": total})
    return pl.DataFrame(whole, TRACES), pl.DataFrame(parts, PARTS)


def attributed(middle: list[Trace], tail: list[Trace]) -> TailAttribution:
    return attribute_tail(*frames(middle), *frames(tail), GROUPS)


def part(found: TailAttribution) -> dict[str, float]:
    return dict(found.parts.select("Factor", "Ms").iter_rows())


BASE: Trace = ("plan>act", {"plan": (1, 100), "act": (2, 50), "gap": (1, 10)})


@pytest.mark.parametrize(
    ("slow", "factor", "ms"),
    [
        (("plan>act", {"plan": (1, 100), "act": (5, 50), "gap": (1, 10)}), "turns", 150),
        (("plan>act", {"plan": (1, 300), "act": (2, 50), "gap": (1, 10)}), "step_time", 200),
        (("plan>act", {"plan": (1, 100), "act": (2, 50), "gap": (1, 90)}), "gaps", 80),
        (("plan>act>check", {"plan": (1, 100), "act": (2, 50), "check": (1, 70)}), "mix", 60),
        (("plan>act", {"plan": (1, 100), "act": (2, 50), "gap": (1, 10), "retry": (1, 40)}),
         "turns", 40),
    ],
)  # fmt: skip
def test_the_planted_cause_is_named(slow: Trace, factor: str, ms: float) -> None:
    found = attributed([BASE] * 40, [slow] * 40)
    expected = {**dict.fromkeys(("mix", "turns", "step_time", "gaps"), 0.0), factor: ms}
    assert part(found) == pytest.approx(expected)
    assert found.difference_ms == pytest.approx(ms)
    assert found.enough
    interval = found.parts.filter(pl.col("Factor") == factor).row(0)
    assert interval[2] == pytest.approx(ms) and interval[3] == pytest.approx(ms)


def test_more_of_a_slower_shape_is_mix() -> None:
    slow: Trace = ("plan>act>check", {"plan": (1, 100), "act": (2, 50), "check": (1, 110)})
    found = attributed([BASE] * 30 + [slow] * 10, [BASE] * 10 + [slow] * 30)
    assert part(found) == pytest.approx({"mix": 50, "turns": 0, "step_time": 0, "gaps": 0})


Steps = st.dictionaries(
    st.sampled_from(["plan", "act", "gap", "check"]),
    st.tuples(st.integers(1, 4), st.integers(0, 1000)), min_size=1,
)  # fmt: skip
Bands = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), Steps), min_size=1, max_size=40)


@given(Bands, Bands)
def test_parts_and_their_details_add_up(middle: list[Trace], tail: list[Trace]) -> None:
    found = attributed(middle, tail)
    parts = part(found)
    near = pytest.approx
    assert sum(parts.values()) == near(found.difference_ms, abs=1e-6)
    assert found.strata["MixMs"].sum() == near(parts["mix"], abs=1e-6)
    for factor, column in (("turns", "TurnsMs"), ("step_time", "StepTimeMs"), ("gaps", "GapsMs")):
        assert found.steps[column].sum() == near(parts[factor], abs=1e-6)


def test_the_interval_holds_the_truth_of_a_noisy_sample() -> None:
    rng = np.random.default_rng(3)

    def noisy(turns: int) -> list[Trace]:
        return [("p", {"act": (turns, int(ms))}) for ms in rng.normal(100, 20, 400)]

    found = attributed(noisy(2), noisy(4)).parts
    low, high = found.filter(pl.col("Factor") == "turns").select("LowMs", "HighMs").row(0)
    assert low < 200 < high and high - low < 20


def test_an_empty_band_says_that_it_cannot_tell() -> None:
    found = attributed([BASE], [])
    assert not found.enough
    assert found.difference_ms == 0 and found.parts["Ms"].to_list() == [0.0] * 4
