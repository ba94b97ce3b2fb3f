"""Cumulative and delta points to what each one adds."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.analytics.metrics import with_deltas

HOUR, MINUTE, START = 3600 * 10**9, 60 * 10**9, 10**18
SCHEMA = pl.Schema(
    {
        "Series": pl.UInt64(), "Temporality": pl.Int32(), "StartNs": pl.Int64(),
        "TimeNs": pl.Int64(), "Count": pl.UInt64(), "Sum": pl.Float64(),
    }
)  # fmt: skip


def point(minute: float, count: int, total: float = 0.0, **given: Any) -> dict[str, Any]:  # noqa: ANN401
    plain = {"Series": 1, "Temporality": 2, "StartNs": START}
    return {**plain, "TimeNs": START + int(minute * MINUTE), "Count": count, "Sum": total, **given}


def added(*points: dict[str, Any]) -> list[tuple[int, float]]:
    frame = with_deltas(pl.DataFrame(points, schema=SCHEMA), HOUR).sort("TimeNs", "Series")
    return list(frame.select("AddedCount", "AddedSum").iter_rows())


def test_cumulative_points_add_their_growth() -> None:
    assert added(point(2, 5, 9.0), point(1, 3, 4.0), point(3, 5, 9.0)) == [(3, 4), (2, 5), (0, 0)]


def test_delta_points_add_themselves_and_once() -> None:
    delta = point(1, 3, 4.0, Temporality=1)
    assert added(delta, delta, point(2, 3, 4.0, Temporality=1)) == [(3, 4), (3, 4)]


def test_a_repeated_cumulative_point_adds_nothing() -> None:
    assert added(point(1, 3), point(1, 3), point(2, 4)) == [(3, 0), (1, 0)]


@pytest.mark.parametrize("start", [START, 0])
def test_a_point_that_fell_is_a_new_beginning(start: int) -> None:
    points = [point(minute, count, StartNs=start) for minute, count in ((1, 9), (2, 4), (3, 6))]
    assert [count for count, _ in added(*points)][1:] == [4, 2]


def test_a_counter_that_fell_is_a_new_beginning() -> None:
    assert added(point(1, 0, 9.0), point(2, 0, 4.0), point(3, 0, 5.0)) == [(0, 9), (0, 4), (0, 1)]


def test_processes_with_the_same_attributes_are_told_apart_by_their_start() -> None:
    other = START + 5 * 10**9
    points = [point(1, 5), point(1.5, 2, StartNs=other), point(2, 6), point(2.5, 7, StartNs=other)]
    assert [count for count, _ in added(*points)] == [5, 2, 1, 5]


@pytest.mark.parametrize("start", [0, START - 2 * HOUR])
def test_what_a_series_had_before_it_was_seen_is_not_counted(start: int) -> None:
    assert added(point(1, 500, StartNs=start), point(2, 503, StartNs=start)) == [(0, 0), (3, 0)]


def test_growth_over_more_than_the_look_back_is_not_counted() -> None:
    assert added(point(1, 5), point(70, 9), point(71, 10)) == [(5, 0), (0, 0), (1, 0)]


def test_sums_that_are_no_numbers_and_unknown_temporality() -> None:
    assert added(point(1, 2, float("nan")), point(2, 3, float("inf"))) == [(2, 0), (1, 0)]
    assert added(point(1, 2, Temporality=0)) == []


increments = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 9)), min_size=1, max_size=12)


@given(increments, st.data(), st.randoms(use_true_random=False))
def test_growth_sums_to_what_was_counted_whatever_the_order(
    steps: Sequence[tuple[int, int]], data: st.DataObject, random: Random
) -> None:
    minute, total, truth = 0, 0, []
    for pause, count in steps:
        minute, total = minute + pause, total + count
        truth.append(point(minute, total, float(total)))
    repeats = data.draw(st.lists(st.sampled_from(truth), max_size=4))
    sent = [*truth, *repeats]
    random.shuffle(sent)
    wanted = [(count, float(count)) for _, count in steps]
    assert added(*sent) == wanted
    # The same calls as deltas add the same.
    deltas = [
        {**row, "Temporality": 1, "Count": count, "Sum": float(count)}
        for row, (_, count) in zip(truth, steps, strict=True)
    ]
    assert added(*deltas) == wanted


@given(increments, st.integers(0, 3))
def test_a_window_that_reaches_back_gives_what_the_whole_gives(
    steps: Sequence[tuple[int, int]], skip: int
) -> None:
    minute, total, truth = 0, 0, []
    for pause, count in steps:
        minute, total = minute + pause, total + count
        truth.append(point(minute, total))
    whole = added(*truth)
    since = truth[min(skip, len(truth) - 1)]["TimeNs"]
    window = [row for row in truth if row["TimeNs"] > since - HOUR]
    kept = sum(row["TimeNs"] >= since for row in truth)
    assert added(*window)[-kept:] == whole[-kept:]
