"""Ranges of values to log buckets, and histograms to ranges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.analytics.metrics import (
    explicit_cells,
    exponential_cells,
    spread,
    with_deltas,
)
from longpole.analytics.metrics.spread import MAX_BUCKET, log_limits

HOUR = 3600 * 10**9
ALL = pl.lit(True)


def buckets(x_low: float, x_high: float, count: int) -> dict[int, int]:
    frame = pl.DataFrame({"x_low": [x_low], "x_high": [x_high], "count": [count]})
    return dict(spread(frame).sort("bucket").select("bucket", "count").iter_rows())


def test_a_range_is_spread_evenly() -> None:
    assert buckets(3.0, 7.0, 8) == {3: 2, 4: 2, 5: 2, 6: 2}
    assert buckets(3.5, 5.5, 8) == {3: 2, 4: 4, 5: 2}
    assert buckets(4.2, 4.2, 5) == {4: 5}
    assert buckets(4.0, 4.0, 5) == {4: 5}
    assert buckets(3.0, 8.0, 1) == {5: 1}


@given(st.floats(0, 400), st.floats(0, 60), st.integers(1, 10**12))
def test_no_value_is_gained_or_lost_or_put_elsewhere(low: float, width: float, count: int) -> None:
    made = buckets(low, low + width, count)
    assert sum(made.values()) == count
    assert min(made) >= math.floor(low) and max(made) <= max(math.ceil(low + width) - 1, low)
    assert all(n > 0 for n in made.values())


def limits(low: Any, high: Any, least: Any = None, most: Any = None) -> Any:  # noqa: ANN401
    given = {"low": low, "high": high, "least": least, "most": most}
    frame = pl.DataFrame([given], schema=dict.fromkeys(given, pl.Float64))
    made = frame.with_columns(**log_limits(*map(pl.col, given))).row(0, named=True)
    return None if made["x_low"] is None else (1.1 ** made["x_low"], 1.1 ** made["x_high"])


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((100.0, 200.0), (100, 200)),
        ((100.0, None), (100, 100)),  # above the last bound
        ((100.0, None, 10.0, 400.0), (100, 400)),
        ((100.0, 200.0, 120.0, 150.0), (120, 150)),
        ((None, 100.0), (50, 100)),  # up to the first bound
        ((0.0, 100.0, 20.0, 150.0), (20, 100)),
        ((0.0, 100.0, 0.0, 40.0), (20, 40)),
        ((-5.0, 0.0), None),
        ((None, None), None),
        ((None, float("nan")), None),
        ((float("inf"), None), None),
    ],
)
def test_limits_of_a_range(given: tuple[Any, ...], wanted: tuple[float, float] | None) -> None:
    assert limits(*given) == (None if wanted is None else pytest.approx(wanted))


@given(st.tuples(*[st.none() | st.floats(allow_nan=True)] * 4))
def test_any_limits_are_in_order_and_bounded(given: tuple[float | None, ...]) -> None:
    names = ("low", "high", "least", "most")
    frame = pl.DataFrame([given], schema=dict.fromkeys(names, pl.Float64), orient="row")
    made = frame.with_columns(**log_limits(*map(pl.col, names))).row(0, named=True)
    if made["x_low"] is not None:
        assert 0 <= made["x_low"] <= made["x_high"] <= MAX_BUCKET


def points(*rows: dict[str, Any]) -> pl.DataFrame:
    plain = {"Series": 1, "Temporality": 2, "StartNs": 10**18, "Sum": 0.0}
    made = [
        {**plain, "TimeNs": 10**18 + n * 10**10, "Count": sum(row["Counts"]), **row}
        for n, row in enumerate(rows, 1)
    ]
    types: dict[str, Any] = {
        "Series": pl.UInt64, "Count": pl.UInt64, "Counts": pl.List(pl.UInt64), "Scale": pl.Int32,
        "Bounds": pl.List(pl.Float64), "Offset": pl.Int32,
    }  # fmt: skip
    known = {name: kind for name, kind in types.items() if name in made[0]}
    return with_deltas(pl.DataFrame(made, schema_overrides=known), HOUR)


def test_explicit_cells_are_the_growth_of_each_bucket() -> None:
    bounds = [1.0, 5.0]
    frame = points(
        {"Counts": [1, 2, 0], "Bounds": bounds}, {"Counts": [1, 4, 3], "Bounds": bounds},
        {"Counts": [], "Bounds": [], "Count": 9},
    )  # fmt: skip
    cells = explicit_cells(frame, ALL).sort("row", "high", nulls_last=True)
    assert list(cells.iter_rows()) == [
        (0, None, 1.0, 1), (0, 1.0, 5.0, 2), (1, 1.0, 5.0, 2), (1, 5.0, None, 3),
    ]  # fmt: skip


def test_exponential_cells_at_the_coarser_scale() -> None:
    frame = points(
        {"Counts": [1, 0, 2, 1], "Offset": -1, "Scale": 1},  # from 2^-0.5 by factors of 2^0.5
        {"Counts": [2, 5, 4], "Offset": -1, "Scale": 0},
    )
    cells = exponential_cells(frame, pl.col("row") == 1).sort("low")
    # Before, at scale 0: one below 1, two in (1, 2], one in (2, 4]; -1//2 = -1, 0..1 -> 0, 2 -> 1.
    wanted = [(0.5, 1.0, 1), (1.0, 2.0, 3), (2.0, 4.0, 3)]
    assert list(cells.select("low", "high", "count").iter_rows()) == wanted


def test_no_points_no_cells() -> None:
    frame = points({"Counts": [], "Bounds": [], "Offset": 0, "Scale": 0})
    assert explicit_cells(frame, ALL).is_empty()
    assert exponential_cells(frame, ALL).is_empty()
    assert explicit_cells(frame.clear(), ALL).is_empty()


@given(
    st.lists(st.floats(1e-6, 1e4), min_size=1, max_size=60),
    st.integers(-2, 6),
    st.integers(0, 4),
    st.integers(0, 60),
)
def test_a_series_that_halves_its_scale_gives_what_one_batch_gives(
    values: list[float], scale: int, coarser: int, cut: int
) -> None:
    def histogram(of: list[float], at: int) -> dict[str, Any]:
        places = [math.ceil(math.log2(value) * 2.0**at) - 1 for value in of]
        low = min(places, default=0)
        counts = np.bincount([place - low for place in places]).tolist()
        return {"Counts": counts, "Offset": low, "Scale": at}

    growing = points(histogram(values[:cut], scale), histogram(values, scale - coarser))
    cells = exponential_cells(growing, pl.col("row") == 1)
    assert exponential_cells(growing, ALL)["count"].sum() == len(values)
    rest = exponential_cells(points(histogram(values[cut:], scale - coarser)), ALL)
    edges = ["low", "high", "count"]
    assert cells.select(edges).sort(edges).equals(rest.select(edges).sort(edges))
