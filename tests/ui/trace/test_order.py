"""Depth-first order of forests, shallow, wide, deep and broken."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.ui.trace.order import depth_first, keep_most_telling, parent_rows

DEEP = 50_000


def test_children_follow_their_parent_by_start() -> None:
    parent, start = np.array([1, -1, 1, 0]), np.array([30, 0, 10, 31])
    order = depth_first(parent, start)
    assert order.rows.tolist() == [1, 2, 0, 3]
    assert order.depth.tolist() == [0, 1, 1, 2]
    assert order.parent.tolist() == [-1, 0, 0, 2]
    assert order.size.tolist() == [4, 1, 2, 1]


@given(st.lists(st.tuples(st.integers(-1, 30), st.integers(0, 5)), min_size=1, max_size=31))
def test_every_span_stands_once_and_below_its_parent(spans: list[tuple[int, int]]) -> None:
    """Whatever the parents say, circles and self-parents included."""
    parent = np.array([p if p < len(spans) else -1 for p, _ in spans])
    order = depth_first(parent, np.array([s for _, s in spans]))
    assert sorted(order.rows.tolist()) == list(range(len(spans)))
    for position, above in enumerate(order.parent.tolist()):
        if above >= 0:
            assert order.rows[above] == parent[order.rows[position]]
            assert above < position < above + order.size[above]
            assert order.depth[position] == order.depth[above] + 1


def test_a_circle_is_cut_at_its_earliest_span() -> None:
    order = depth_first(np.array([1, 2, 0]), np.array([5, 3, 4]))
    assert order.rows[0] == 1
    assert order.depth.tolist() == [0, 1, 2]


@pytest.mark.parametrize("shape", ["deep", "wide"])
def test_fifty_thousand_spans(shape: str) -> None:
    number = np.arange(DEEP)
    parent = number - 1 if shape == "deep" else np.where(number == 0, -1, 0)
    order = depth_first(parent, number)
    assert order.rows.tolist() == number.tolist()
    assert order.size[0] == DEEP
    assert order.depth[-1] == (DEEP - 1 if shape == "deep" else 1)


def test_parents_are_found_by_id_and_roots_have_none() -> None:
    spans = pl.DataFrame(
        {
            "SpanId": ["a", "b", "c", "d"],
            "ParentSpanId": ["", "a", "gone", "b"],
            "IsRoot": [True, False, True, False],
        }
    )
    assert parent_rows(spans).tolist() == [-1, 0, -1, 1]


@given(st.integers(1, 40), st.integers(1, 60), st.randoms())
def test_what_is_kept_has_its_ancestors(limit: int, count: int, random: object) -> None:
    choose = random.randint  # type: ignore[attr-defined]
    parent = np.array([-1] + [choose(-1, n - 1) for n in range(1, count)])
    rank = np.array([choose(0, 9) for _ in range(count)])
    order = depth_first(parent, np.arange(count))
    kept = set(keep_most_telling(order, rank, limit).tolist())
    assert len(kept) == min(limit, count)
    assert all(order.parent[k] < 0 or order.parent[k] in kept for k in kept)
    if len(kept) < count:
        best = int(np.flatnonzero(rank[order.rows] == rank.min())[0])
        depth = int(order.depth[best])
        assert depth >= limit or any(rank[order.rows[k]] == rank.min() for k in kept)
