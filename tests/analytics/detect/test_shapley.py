"""Properties of the split of a change over factors."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.analytics.detect.cost_split import FACTORS, period, split_change
from longpole.analytics.detect.shapley import shapley
from longpole.analytics.detect.step_hours import StepHours

sides = st.lists(st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)), min_size=1, max_size=5)


@given(sides)
def test_the_parts_sum_to_the_change(factors: list[tuple[float, float]]) -> None:
    def value(flags: tuple[bool, ...]) -> float:
        return prod(pair[flag] for pair, flag in zip(factors, flags, strict=True))

    parts = shapley(value, len(factors))
    change = prod(p[1] for p in factors) - prod(p[0] for p in factors)
    scale = prod(max(p) for p in factors)
    assert sum(parts) == pytest.approx(change, abs=1e-9 * scale)


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_a_sum_gives_each_factor_its_own_part(a: float, b: float) -> None:
    parts = shapley(lambda flags: a * flags[0] + b * flags[1], 2)
    assert parts == pytest.approx([a, b])


def test_a_factor_without_influence_gets_nothing() -> None:
    assert shapley(lambda flags: 3.0 * flags[0], 3) == pytest.approx([3, 0, 0])


@given(st.integers(0, 10_000))
def test_the_split_of_a_step_sums_to_its_change_in_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (3, 48)
    calls = rng.integers(0, 30, shape).astype(float)
    calls[:, 0] += 1
    calls[2, 24:] = 0  # a model that goes away
    calls[0, :24] = 0  # and one that comes
    calls[1] += 1
    tokens_in, tokens_out = calls * rng.uniform(10, 999, shape), calls * rng.uniform(1, 99, shape)
    price_in, price_out = rng.uniform(1e-7, 1e-5, 3), rng.uniform(1e-7, 1e-5, 3)
    cost = (tokens_in * price_in[:, None] + tokens_out * price_out[:, None]) * rng.uniform(
        0.5, 2, shape
    )
    step = StepHours(
        {}, ["a", "b", "c"], 0, rng.integers(1, 20, 48).astype(float), calls,
        tokens_in, tokens_out, cost, price_in, price_out, "usd",
    )  # fmt: skip
    before, after = period(step, slice(0, 24)), period(step, slice(24, 48))
    parts = split_change(step, before, after)
    assert list(parts) == list(FACTORS)
    change = after.cost_per_request - before.cost_per_request
    assert sum(parts.values()) == pytest.approx(change, rel=1e-9, abs=1e-12)
