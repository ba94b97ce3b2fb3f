"""Quantiles from log-bucket histograms."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from longpole.ui.histograms import GROWTH, quantile, total


def counted(values: list[float]) -> dict[int, int]:
    buckets: dict[int, int] = {}
    for value in values:
        bucket = math.floor(math.log(value) / math.log(GROWTH))
        buckets[bucket] = buckets.get(bucket, 0) + 1
    return buckets


def test_of_nothing_is_unknown() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({3: 0}, 0.5) is None


@given(st.lists(st.floats(1, 1e15), min_size=1, max_size=300), st.sampled_from([0.0, 0.5, 0.95, 1]))
def test_is_at_most_one_bucket_off(values: list[float], q: float) -> None:
    exact = float(np.quantile(values, q, method="inverted_cdf"))
    found = quantile(counted(values), q)
    assert found is not None
    assert exact / GROWTH * 0.999 <= found <= exact * GROWTH * 1.001


def test_of_a_smooth_sample_is_close() -> None:
    values = np.random.default_rng(1).lognormal(20, 1, 20_000)
    found = quantile(counted(list(values)), 0.95)
    assert found is not None
    assert abs(found / np.quantile(values, 0.95) - 1) < 0.02


@given(st.dictionaries(st.integers(-20, 400), st.integers(0, 50)))
def test_grows_with_q(histogram: dict[int, int]) -> None:
    found = [quantile(histogram, q) for q in (0, 0.25, 0.5, 0.75, 1)]
    if total(histogram):
        assert found == sorted(value for value in found if value is not None)
    else:
        assert found == [None] * 5
