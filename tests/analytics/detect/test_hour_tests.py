"""Welch on hours: calibrated when nothing changed, sharp when something did."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from longpole.analytics.detect.hour_tests import (
    UNTESTED,
    cliffs_delta,
    compare_few_hours,
    compare_hours,
)
from longpole.analytics.detect.onset import change_points, onset_index


def test_equal_weights_give_the_textbook_welch_test() -> None:
    rng = np.random.default_rng(1)
    new, old = rng.normal(0.3, 1.5, 24), rng.normal(0, 1, 160)
    mine = compare_hours(new, np.ones(24), old, np.ones(160))
    theirs = stats.ttest_ind(new, old, equal_var=False)
    assert mine.t == pytest.approx(theirs.statistic, rel=1e-6)
    assert mine.p == pytest.approx(theirs.pvalue, rel=1e-6)


@pytest.mark.parametrize("test", [compare_hours, compare_few_hours])
def test_unchanged_hours_are_rarely_significant(test: object) -> None:
    rng = np.random.default_rng(2)
    small = 0
    for _ in range(1_000):
        weights = rng.integers(5, 60, 184).astype(float)
        values = rng.normal(0, 1 / np.sqrt(weights))
        result = test(values[:24], weights[:24], values[24:], weights[24:])  # type: ignore[operator]
        small += result.p < 0.05
    assert 20 <= small <= 85  # 5 % of 1,000


def test_hours_without_calls_are_left_out() -> None:
    values, weights = np.array([1.0, np.nan, 2.0]), np.array([5.0, 0.0, 5.0])
    result = compare_hours(values, weights, values, weights)
    assert result.t == 0
    assert compare_hours(values[:1], weights[:1], values, weights) == UNTESTED


def test_a_constant_that_moved_is_certain() -> None:
    result = compare_hours(np.full(24, 0.2), np.ones(24), np.zeros(100), np.ones(100))
    assert result.p < 1e-6
    assert result.delta == 1


def test_cliffs_delta_counts_pairs() -> None:
    assert cliffs_delta(np.array([2.0, 3.0]), np.array([1.0, 2.0])) == pytest.approx(0.75)
    assert cliffs_delta(np.array([1.0]), np.array([1.0])) == 0


def test_change_points_are_found_where_the_level_moves() -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(0, 1, 60), rng.normal(6, 1, 20)])
    assert change_points(values) == [60]
    assert onset_index(values, first=63, direction=1, reach=10) == 60
    # A move in the other direction, or one too far away, is not the onset.
    assert onset_index(values, first=63, direction=-1, reach=10) == 63
    assert onset_index(values, first=75, direction=1, reach=10) == 75


def test_noise_alone_has_no_change_point_nearly_always() -> None:
    rng = np.random.default_rng(4)
    assert sum(bool(change_points(rng.normal(0, 1, 200))) for _ in range(50)) <= 3
