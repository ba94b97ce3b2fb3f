"""Differences of two profiles: size, interval, significance."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from longpole.analytics.profile import Difference, compare_profiles
from longpole.analytics.profile.difference import KEYS

Sample = dict[str, list[float]]


def profile(sample: Sample, traces: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows and totals as the store gives them; ms of each trace that has the step."""
    rows: list[dict[str, Any]] = [
        {**dict.fromkeys(KEYS, ""), "Row": name, "Traces": len(ms), "SumNs": round(sum(ms) * 1e6),
         "SquaresMs": sum(x * x for x in ms), "Calls": len(ms)}
        for name, ms in sample.items()
    ]  # fmt: skip
    types = {**dict.fromkeys(KEYS, pl.String), "Traces": pl.UInt64, "SumNs": pl.Int64,
             "SquaresMs": pl.Float64, "Calls": pl.UInt64}  # fmt: skip
    whole = {"Traces": traces, "SumNs": sum(row["SumNs"] for row in rows), "SquaresMs": 0.0}
    totals = pl.DataFrame([whole], {name: types[name] for name in whole})
    return pl.DataFrame(rows, types), totals if traces else totals.clear()


def compared(before: Sample, after: Sample, sizes: tuple[int, int] = (200, 200)) -> Difference:
    return compare_profiles(*profile(before, sizes[0]), *profile(after, sizes[1]))


def test_the_test_is_welchs() -> None:
    rng = np.random.default_rng(1)
    before, after = rng.normal(100, 10, 200), rng.normal(115, 30, 150)
    found = compared({"a": before.tolist()}, {"a": after.tolist()}, (200, 150)).rows.to_dicts()[0]
    expected = stats.ttest_ind(after, before, equal_var=False)
    low, high = expected.confidence_interval(0.95)
    assert found["P"] == pytest.approx(expected.pvalue, rel=1e-3)
    assert (found["LowMs"], found["HighMs"]) == pytest.approx((low, high), rel=1e-3)
    assert found["Verdict"] == "slower"


def test_a_step_that_half_of_the_traces_have_counts_zero_in_the_others() -> None:
    found = compared({"a": [10.0] * 100}, {"a": [10.0] * 200}).rows.to_dicts()[0]
    assert (found["MeanMsBefore"], found["MeanMsAfter"], found["DifferenceMs"]) == (5, 10, 5)
    assert found["Verdict"] == "slower"


def test_new_and_gone_rows_are_there_and_the_differences_sum_to_the_whole() -> None:
    rng = np.random.default_rng(2)
    both = {"a": rng.normal(50, 5, 200).tolist()}
    before = {**both, "gone": rng.normal(20, 2, 200).tolist()}
    after = {**both, "new": rng.normal(30, 2, 200).tolist()}
    found = compared(before, after)
    verdicts = dict(found.rows.select("Row", "Verdict").iter_rows())
    assert verdicts == {"new": "slower", "gone": "faster", "a": "no_difference"}
    assert found.rows["DifferenceMs"].sum() == pytest.approx(found.whole["DifferenceMs"])


def test_chance_alone_is_rarely_called_a_difference() -> None:
    rng = np.random.default_rng(4)
    rows = [f"s{i}" for i in range(300)]
    found = compared(
        {name: rng.normal(100, 20, 200).tolist() for name in rows},
        {name: rng.normal(100, 20, 200).tolist() for name in rows},
    ).rows
    assert found.filter(pl.col("Verdict") != "no_difference").height <= 3
    assert (found["Q"] >= found["P"]).all()


@pytest.mark.parametrize("sizes", [(0, 200), (200, 0), (10, 200), (0, 0)])
def test_few_traces_are_too_few(sizes: tuple[int, int]) -> None:
    before, after = ({"a": [1.0] * size} if size else {} for size in sizes)
    found = compared(before, after, sizes)
    assert found.whole["Verdict"] == "too_few"
    assert set(found.rows["Verdict"]) <= {"too_few"}
