"""What sums and repeated reports claim, against what is counted in their place."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from longpole.analytics.assembly import Assembled

Run = Callable[..., Assembled]
Row = dict[str, Any]
CALLS: list[Row] = [
    {"id": "b", "parent": "a", "kind": "llm", "model": "priced", "input": 1000, "output": 0},
    {"id": "c", "parent": "a", "kind": "chain"},
    {"id": "d", "parent": "c", "kind": "llm", "model": "priced", "input": 2000, "output": 500},
    {"id": "e", "kind": "llm", "input": 7},
]


def claims(done: Assembled, *columns: str) -> list[tuple[object, ...]]:
    return done.claims.sort("SpanId").select("SpanId", *columns).rows()


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"input": 3000, "output": 500}, "equal"),
        ({"input": 3000}, "equal"),
        ({"TotalTokens": 3500}, "equal"),
        ({"input": 3001, "output": 500}, "more"),
        ({"input": 2999, "output": 500}, "less"),
        ({"input": 3500, "output": 0}, "more"),
        ({"TotalTokens": 4000}, "more"),
        ({"cost": 0.035}, "equal"),
        ({"cost": 0.034}, "less"),
        ({"input": 0, "output": 0}, "less"),
    ],
)
def test_a_sum_stands_against_all_that_is_counted_below_it(
    run: Run, said: Row, verdict: str
) -> None:
    done = run({"id": "a", "kind": "agent", "Dialect": "x", **said}, *CALLS)
    [row] = done.claims.to_dicts()
    assert (row["SpanId"], row["Scope"], row["Verdict"]) == ("a", "aggregate", verdict)
    assert (row["CountedInputTokens"], row["CountedOutputTokens"]) == (3000, 500)
    assert row["CountedCostUsd"] == Decimal("0.035")
    assert row["ClaimedInputTokens"] == said.get("input")
    assert (row["OwnerSpanId"], row["Dialect"]) == ("", "x")


def test_a_sum_that_is_counted_is_the_only_word(run: Run) -> None:
    done = run({"id": "a", "kind": "agent", "input": 9}, {"id": "b", "parent": "a", "kind": "llm"})
    assert claims(done, "Verdict", "OwnerSpanId", "CountedInputTokens", "CountedCostUsd") == [
        ("a", "only", "a", 9, None)
    ]


def test_a_repeated_report_stands_against_what_is_counted_for_it(run: Run) -> None:
    call: Row = {"kind": "llm", "input": 5, "output": 1, "Dialect": "x"}
    done = run(
        {"id": "a", **call},
        {"id": "b", "parent": "a", **call, "input": 4},
        {"id": "c", **call, "Dialect": "y", "at": 1},
        {"id": "d", "parent": "c", "kind": "chain", "input": 5},
    )
    assert claims(done, "Scope", "OwnerSpanId", "Verdict") == [
        ("b", "duplicate", "a", "less"), ("c", "duplicate", "a", "equal"),
        ("d", "aggregate", "a", "equal"),
    ]  # fmt: skip


def test_a_call_that_is_reported_twice_below_a_sum_is_in_it_once(run: Run) -> None:
    call: Row = {"kind": "llm", "input": 5, "output": 1}
    done = run(
        {"id": "r", "kind": "agent", "input": 5},
        {"id": "s", "kind": "agent", "parent": "r", "input": 5},
        {"id": "t", "kind": "agent", "parent": "r", "input": 5},
        {"id": "a", "parent": "s", "Dialect": "x", **call},
        {"id": "b", "parent": "s", "Dialect": "y", **call},
        {"id": "c", "parent": "t", "Dialect": "z", **call},
    )
    assert claims(done, "CountedInputTokens", "Verdict") == [
        ("b", 5, "equal"), ("c", 5, "equal"), ("r", 5, "equal"), ("s", 5, "equal"),
        ("t", 5, "equal"),
    ]  # fmt: skip


def test_nobody_claims_what_calls_say_of_themselves(run: Run) -> None:
    assert run(*CALLS, {"id": "a"}).claims.is_empty()


def test_impossible_counts_of_one_trace_do_not_reach_another(run: Run) -> None:
    most = 2**64 - 1
    odd = [
        {"id": f"o{n}", "parent": "o", "trace": "s", "kind": "llm", "input": most} for n in range(9)
    ]
    done = run({"id": "o", "trace": "s", "kind": "agent", "input": most}, *odd,
               {"id": "a", "kind": "agent", "input": 3000}, *CALLS)  # fmt: skip
    [row] = done.claims.filter(TraceId="t").to_dicts()
    assert (row["CountedInputTokens"], row["Verdict"]) == (3000, "equal")
