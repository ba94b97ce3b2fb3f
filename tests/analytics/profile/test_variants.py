"""Folding of repeats, and the texts made of it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.analytics.profile.fold_kernel import AGAIN, CODE, FIRST, SIZE, fold
from longpole.analytics.profile.stacks import stack_texts
from longpole.analytics.profile.variants import variant_texts

Steps = st.lists(st.integers(0, 3), max_size=60)


def text(*sequences: object) -> list[str]:
    steps = [list(sequence) for sequence in sequences]  # type: ignore[call-overload]
    of = np.repeat(np.arange(len(steps)), [len(one) for one in steps])
    labels = pl.Series([label for one in steps for label in one], dtype=pl.String)
    return variant_texts(of, labels, len(steps)).to_list()


def unfolded(cells: np.ndarray, at: int, size: int) -> list[int]:
    """Each loop's body once."""
    found: list[int] = []
    for cell in cells[at : at + size]:
        inner = unfolded(cells, int(cell[FIRST]), int(cell[SIZE])) if cell[SIZE] else []
        found += inner or [int(cell[CODE])]
    return found


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("", ""),
        ("a", "a"),
        ("aaab", "a+>b"),
        ("abcbcbcd", "a>(b>c)+>d"),
        ("aababaab", "(a+>b)+"),
        ("abcabcdabcabcd", "((a>b>c)+>d)+"),
        ("abba", "a>b+>a"),
        ("abbabbabb", "(a>b+)+"),
        ("abab" * 500, "(a>b)+"),
        (["plan", "(x)+>y;", "plan"], "plan>_x___y_>plan"),
        (["", "b"], "?>b"),
    ],
)
def test_repeats_are_folded(steps: object, expected: str) -> None:
    assert text(steps) == [expected]


def test_sequences_do_not_mix() -> None:
    assert text("ab", "ab", "", "b") == ["a>b", "a>b", "", "b"]


@given(Steps)
def test_what_is_folded_stays(steps: list[int]) -> None:
    cells, top = fold(np.array(steps, np.int64))
    codes = np.abs(cells[:top, CODE])
    again, size = fold(codes)
    assert size == top
    assert not again[:size, AGAIN].any()


@given(Steps)
def test_only_repeats_are_left_out(steps: list[int]) -> None:
    cells, top = fold(np.array(steps, np.int64))
    once = unfolded(cells, 0, top)
    assert set(once) == set(steps)
    assert once[:1] == steps[:1] and once[-1:] == steps[-1:]
    assert len(once) <= len(steps)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 3)), min_size=1, max_size=12,
             unique_by=lambda one: one[0]),
    st.integers(2, 5),
)  # fmt: skip
def test_how_often_a_loop_turns_does_not_matter(body: list[tuple[int, int]], turns: int) -> None:
    names = [str(step) for step, times in body for _ in range(times)]
    assert text(names * 2) == text(names * turns)


def test_hostile_sequences_end_and_stay_short() -> None:
    fibonacci, last = "a", "b"
    while len(fibonacci) < 50_000:
        fibonacci, last = fibonacci + last, fibonacci
    found = text(fibonacci, [str(i) for i in range(50_000)], "ab" * 50_000, ["x" * 10_000] * 3)
    assert max(len(one) for one in found) < 5_000
    assert found[1].endswith("47>…")
    assert found[2:] == ["(a>b)+", "x" * 60 + "+"]


def test_stacks_fold_levels_of_one_label_and_are_bounded() -> None:
    parent = np.array([-1, 0, 1, 1, 3])
    labels = pl.Series(["a", "b", "b", "c;", "d"])
    wanted = np.array([4, 2, 0, 4])
    assert stack_texts(np.arange(5), parent, labels, wanted).to_list() == [
        "a;b;c_;d", "a;b", "a", "a;b;c_;d",
    ]  # fmt: skip
    deep = np.arange(50_000) - 1
    names = pl.Series([str(i) for i in range(50_000)])
    found = stack_texts(np.arange(50_000), deep, names, np.array([0, 3, 49_999]))
    assert found.to_list() == ["0", "0;1;2;3", ";".join(str(i) for i in range(16))]
