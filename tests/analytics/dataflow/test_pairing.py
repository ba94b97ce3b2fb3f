"""Calls and runs of tools that carry no id."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from longpole.analytics.dataflow.pairing import Ask, Run, pair
from longpole.core.messages import Json

PARIS: Json = {"city": "Paris"}
ROME: Json = {"city": "Rome"}
SCHEMA: Json = {"city": {"type": "string"}}


def ask(call_id: str, span: str, end_ns: int, arguments: Json = PARIS, name: str = "w") -> Ask:
    return Ask(call_id, span, name, arguments, end_ns)


def run(span: str, start_ns: int, arguments: Json = PARIS, name: str = "w") -> Run:
    return Run(span, name, arguments, start_ns)


def test_name_and_arguments_tell_parallel_calls_apart() -> None:
    asks = [ask("a", "m", 10, PARIS), ask("b", "m", 10, ROME)]
    runs = [run("t1", 11, ROME), run("t2", 11, PARIS)]
    assert pair(asks, runs, 0) == [("t1", "b"), ("t2", "a")]


def test_a_name_is_enough_where_a_run_records_the_schema_or_nothing() -> None:
    asks = [ask("a", "m1", 10), ask("b", "m2", 30)]
    runs = [run("t1", 11, SCHEMA), run("t2", 31, None)]
    assert pair(asks, runs, 0) == [("t1", "a"), ("t2", "b")]


def test_other_arguments_are_another_call() -> None:
    assert pair([ask("a", "m", 10, PARIS)], [run("t", 11, ROME)], 0) == []


def test_another_name_is_another_call() -> None:
    assert pair([ask("a", "m", 10)], [run("t", 11, name="v")], 0) == []


def test_two_models_that_asked_for_the_same_leave_a_doubt() -> None:
    asks = [ask("a", "m1", 10), ask("b", "m2", 11)]
    assert pair(asks, [run("t1", 20), run("t2", 21)], 0) == []


def test_a_call_that_two_spans_report_is_one() -> None:
    asks = [ask("a", "framework", 12), ask("a", "provider", 11)]
    assert pair(asks, [run("t1", 20), run("t2", 21)], 0) == [("t1", "a")]


def test_a_run_that_began_before_the_call_was_made_is_not_its_run() -> None:
    assert pair([ask("a", "m", 10)], [run("t", 7)], 2) == []
    assert pair([ask("a", "m", 10)], [run("t", 8)], 2) == [("t", "a")]


ARGUMENTS = st.sampled_from([PARIS, ROME, SCHEMA, None])
NAMES = st.sampled_from(["w", "v"])
ASKS = st.lists(st.tuples(st.integers(0, 9), ARGUMENTS, NAMES, st.sampled_from("mn")), max_size=6)
RUNS = st.lists(st.tuples(st.integers(0, 9), ARGUMENTS, NAMES), max_size=6)


@given(ASKS, RUNS, st.randoms())
def test_each_call_is_run_once_after_it_was_made_whatever_the_order_of_rows(
    asked: list[tuple[int, Json, str, str]], ran: list[tuple[int, Json, str]], random: object
) -> None:
    asks = [ask(f"c{i}", f"{who}{at}", at, given, name)
            for i, (at, given, name, who) in enumerate(asked)]  # fmt: skip
    runs = [run(f"t{i}", at, given, name) for i, (at, given, name) in enumerate(ran)]
    found = pair(asks, runs, 0)
    calls, starts = {one.id: one for one in asks}, {one.span: one for one in runs}
    assert len({call for _, call in found}) == len({span for span, _ in found}) == len(found)
    for span, call in found:
        assert calls[call].end_ns <= starts[span].start_ns
        assert calls[call].name == starts[span].name
    random.shuffle(runs)  # type: ignore[attr-defined]
    assert pair(asks, runs, 0) == found
