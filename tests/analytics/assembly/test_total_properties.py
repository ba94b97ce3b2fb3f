"""Totals stay what they are however often, by whom and in how many parts a trace is told."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longpole.analytics.assembly import Assembled
from longpole.analytics.assembly.columns import TOKENS

Run = Callable[..., Assembled]
Row = dict[str, Any]
Rows = list[Row]
CHECKED = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CALLS = ("llm", "embedding", "reranker", "engine")
SPAN = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([*CALLS, "llm", "agent", "chain", "tool", "other"]),
        "above": st.integers(0, 30),
        "at": st.integers(0, 50),
        "lasts": st.integers(4, 50),
        "input": st.none() | st.integers(1, 4),
        "output": st.none() | st.integers(0, 2),
        "model": st.sampled_from(["", "priced-1", "priced-2", "unknown"]),
        "Dialect": st.sampled_from(["x", "y"]),
    }
)


def tree(spans: Rows) -> Rows:
    """Each span below an earlier one, or a root; only model calls know of tokens."""
    rows = []
    for i, span in enumerate(spans):
        parent = span["above"] % (i + 1)
        row = {name: value for name, value in span.items() if name != "above"}
        if row["kind"] not in CALLS:
            row |= {"input": None, "output": None}
        rows.append({"id": f"{i:02}", "parent": f"{parent - 1:02}" if parent else "", **row})
    return rows


TREES = st.lists(SPAN, min_size=1, max_size=15).map(tree)


def totals(done: Assembled) -> Row:
    names = (*TOKENS, "CostUsd", "ModelCalls", "UnpricedCalls")
    return done.traces.select(*names).to_dicts()[0]


def below(rows: Rows, top: str) -> set[str]:
    """The span and all below it; parents stand before children."""
    found = {top}
    for row in rows:
        if row["parent"] in found:
            found.add(row["id"])
    return found


@CHECKED
@given(TREES, st.integers(0, 30), st.sampled_from([1.0, 0.5, 2.0]), st.sampled_from(["x", "z"]))
def test_sums_at_any_level(run: Run, rows: Rows, at: int, part: float, dialect: str) -> None:
    """An instrumentation that repeats all or a part of what is below a span, on its parent."""
    before = run(*rows)
    under = rows[at % len(rows)]
    inside = pl.col("SpanId").is_in(below(rows, under["id"]))
    counted = before.facts.filter(pl.col("Counted") & inside)
    said = {
        short: int(int(counted[name].sum()) * part) if counted.height else None
        for short, name in (("input", "InputTokens"), ("output", "OutputTokens"))
    }
    top = {
        "id": "sum", "kind": "agent", "parent": under["parent"], "Dialect": dialect,
        "at": under["at"], "lasts": under["lasts"], **said,
    }  # fmt: skip
    moved = [{**row, "parent": "sum"} if row is under else row for row in rows]
    after = run(top, *moved)
    assert totals(after) == totals(before)
    claimed = after.claims.filter(SpanId="sum")
    assert claimed.height == int(counted.height > 0)
    if part == 1.0 and claimed.height and not claimed["OwnerSpanId"].item():
        assert claimed["Verdict"].item() == "equal"


@CHECKED
@given(TREES, st.data())
def test_a_second_instrumentation(run: Run, rows: Rows, data: st.DataObject) -> None:
    """Each counted call once more: in it, beside it, or as a root, with its id or its numbers."""
    named = [{**row, "ResponseId": f"r{row['id']}"} for row in rows]
    before = run(*named)
    counted = set(before.facts.filter("Counted")["SpanId"])
    again = []
    for row in named:
        if row["id"] not in counted or row["kind"] == "engine":
            continue
        where = data.draw(st.sampled_from([row["id"], row["parent"], ""]))
        more = {**row, "id": f"again{row['id']}", "parent": where, "Dialect": "z"}
        if row["input"] is not None and data.draw(st.booleans()):
            more["ResponseId"] = ""
        else:
            more["at"] = row["at"] - 1
        again.append(more)
    assert totals(run(*named, *again)) == totals(before)


@CHECKED
@given(TREES, st.randoms(use_true_random=False))
def test_order_and_sending_twice(run: Run, rows: Rows, random: Random) -> None:
    shuffled = [*rows, *random.choices(rows, k=3)]
    random.shuffle(shuffled)
    one, two = run(*rows), run(*shuffled)
    assert totals(one) == totals(two)
    assert one.claims.equals(two.claims)


@CHECKED
@given(TREES, st.data())
def test_no_two_spans_own_the_same_call(run: Run, rows: Rows, data: st.DataObject) -> None:
    """Calls of one instrumentation that do not lie in each other are all counted."""
    leaves = [
        {**row, "parent": "root", "kind": "llm", "Dialect": "x", "input": row["input"] or 1}
        for row in rows
    ]
    for row in leaves:
        row["ResponseId"] = data.draw(st.sampled_from(["", "same"]))
    done = run({"id": "root"}, *leaves)
    assert done.traces["ModelCalls"].item() == len(leaves)
    assert done.traces["InputTokens"].item() == sum(row["input"] for row in leaves)
