"""Totals do not depend on how the spans of a trace reached us."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longpole.analytics.assembly import Assembled, Prices, assemble
from longpole.analytics.assembly.columns import TOKENS
from longpole.core.settings import Settings

KINDS = ["llm", "embedding", "engine", "agent", "chain", "tool", "other"]
SPAN = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "above": st.integers(0, 30),
        "at": st.integers(0, 50),
        "lasts": st.integers(0, 50),
        "input": st.none() | st.integers(0, 1000),
        "output": st.none() | st.integers(0, 1000),
        "model": st.sampled_from(["", "priced", "unknown"]),
        "IsError": st.booleans(),
        "SessionId": st.sampled_from(["", "s"]),
    }
)
SpansOf = Callable[..., pl.DataFrame]
Rows = list[dict[str, Any]]

CHECKED = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def tree(spans: Rows) -> Rows:
    """Each span below an earlier one, or a root."""
    rows = []
    for i, span in enumerate(spans):
        parent = span["above"] % (i + 1)
        rest = {key: value for key, value in span.items() if key != "above"}
        rows.append({"id": f"{i:02}", "parent": f"{parent - 1:02}" if parent else "", **rest})
    return rows


TREES = st.lists(SPAN, min_size=1, max_size=15).map(tree)


def done(spans: pl.DataFrame, prices: Prices) -> Assembled:
    return assemble(spans, prices, Settings(), 1)


def totals(assembled: Assembled) -> dict[str, Any]:
    return assembled.traces.select(*TOKENS, "CostUsd", "ModelCalls", "UnpricedCalls").to_dicts()[0]


@CHECKED
@given(TREES)
def test_totals_are_the_sums_of_what_is_counted(
    spans_of: SpansOf, prices: Prices, rows: Rows
) -> None:
    result = done(spans_of(*rows), prices)
    counted = result.facts.filter("Counted")
    for name in TOKENS:
        assert totals(result)[name] == counted[name].sum()
    costs = counted["CostUsd"].drop_nulls().to_list()
    assert totals(result)["CostUsd"] == (sum(costs, Decimal(0)) if costs else None)


@CHECKED
@given(TREES)
def test_no_token_has_two_owners(spans_of: SpansOf, prices: Prices, rows: Rows) -> None:
    facts = done(spans_of(*rows), prices).facts
    parent = dict(facts.select("SpanId", "ParentSpanId").rows())
    counted = set(facts.filter("Counted")["SpanId"])
    for span in counted:
        above = parent[span]
        while above:
            assert above not in counted
            above = parent[above]


@CHECKED
@given(TREES, st.randoms(use_true_random=False))
def test_order_and_resending_do_not_matter(
    spans_of: SpansOf, prices: Prices, rows: Rows, random: Random
) -> None:
    spans = spans_of(*rows)
    once = done(spans, prices)
    again = [*range(spans.height), *random.choices(range(spans.height), k=5)]
    random.shuffle(again)
    twice = done(spans[again], prices)
    for name in ("facts", "traces", "path_sections"):
        one, two = getattr(once, name), getattr(twice, name)
        ignored = [column for column in ("Flags", "RawSpans") if column in one.columns]
        assert one.drop(ignored).equals(two.drop(ignored))


@CHECKED
@given(TREES)
def test_roll_up_parents_change_no_totals(spans_of: SpansOf, prices: Prices, rows: Rows) -> None:
    """An instrumentation that repeats the sum of all calls on a span above them."""
    before = totals(done(spans_of(*rows), prices))
    top = {
        "id": "top", "kind": "agent", "at": -10, "lasts": 200,
        "input": before["InputTokens"], "output": before["OutputTokens"],
    }  # fmt: skip
    below = [{**row, "parent": row["parent"] or "top"} for row in rows]
    after = totals(done(spans_of(top, *below), prices))
    for name in ("InputTokens", "OutputTokens", "ModelCalls"):
        assert after[name] == before[name]


@CHECKED
@given(TREES)
def test_other_traces_in_the_frame_do_not_matter(
    spans_of: SpansOf, prices: Prices, rows: Rows
) -> None:
    alone = done(spans_of(*rows), prices)
    others = [{**row, "trace": name} for name in ("s", "u") for row in rows]
    together = done(spans_of(*others, *rows), prices)
    for name in ("facts", "traces", "path_sections"):
        mine = getattr(together, name).filter(TraceId="t")
        assert mine.equals(getattr(alone, name))
