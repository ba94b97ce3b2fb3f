"""A sum that another instrumentation's calls beside it add up to is not counted again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longpole.analytics.assembly import Assembled

Run = Callable[..., Assembled]
Row = dict[str, Any]
CHECKED = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ROOT: Row = {"id": "root", "lasts": 9000}


def total(id: str, dialect: str = "x", **more: Any) -> Row:  # noqa: ANN401 - columns of any type
    usage: Row = {"kind": "agent", "input": 300, "output": 30, "parent": "root", "lasts": 2000}
    return {"id": id, "Dialect": dialect, **usage, **more}


def call(id: str, dialect: str = "y", **more: Any) -> Row:  # noqa: ANN401 - columns of any type
    usage: Row = {"kind": "llm", "input": 100, "output": 10, "parent": "root", "lasts": 500}
    return {"id": id, "Dialect": dialect, "model": "priced", **usage, **more}


CALLS = [call("b", at=10), call("c", at=600, input=200, output=20)]


def counted(done: Assembled) -> list[str]:
    return sorted(done.facts.filter("Counted")["SpanId"])


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "chain"},
        {"output": None},
        {"input": None, "output": None, "TotalTokens": 330},
        {"at": 5, "lasts": 1100},
        {"parent": ""},
    ],
)
def test_a_sum_beside_its_calls_is_a_copy(run: Run, said: Row) -> None:
    done = run(ROOT, total("a", **said), *CALLS)
    assert counted(done) == ["b", "c"]
    assert (done.traces["InputTokens"].item(), done.traces["OutputTokens"].item()) == (300, 30)
    [claim] = done.claims.to_dicts()
    assert (claim["SpanId"], claim["Verdict"], claim["OwnerSpanId"]) == ("a", "equal", "")
    assert (claim["CountedInputTokens"], claim["CountedOutputTokens"]) == (300, 30)
    assert str(claim["CountedCostUsd"]) == "0.003300000"


def test_a_copy_of_one_call_names_it(run: Run) -> None:
    done = run(ROOT, total("a", input=100, output=10), CALLS[0])
    [claim] = done.claims.to_dicts()
    assert (claim["OwnerSpanId"], claim["Verdict"]) == ("b", "equal")
    assert counted(done) == ["b"]


@pytest.mark.parametrize(
    "sums",
    [
        [total("a", input=301)],
        [total("a", output=29)],
        [total("a", input=None, output=None, TotalTokens=331)],
        [total("a", dialect="y")],
        [total("a", at=3000)],
        [total("a", at=300)],
        [total("a", trace="u")],
    ],
)
def test_another_sum_is_counted(run: Run, sums: list[Row]) -> None:
    done = run(ROOT, *sums, *CALLS)
    assert counted(done) == ["a", "b", "c"]


def test_calls_that_the_instrumentation_reports_itself_are_no_part_of_the_copy(run: Run) -> None:
    own = call("own", dialect="x", at=100, input=40)
    assert counted(run(ROOT, total("a"), own, *CALLS)) == ["b", "c", "own"]


def test_calls_of_one_step_among_others(run: Run) -> None:
    step = {"id": "step", "kind": "chain", "parent": "root", "Dialect": "y"}
    calls = [{**one, "parent": "step"} for one in CALLS]
    other = call("other", at=100, input=41)
    assert counted(run(ROOT, total("a"), step, other, *calls)) == ["b", "c", "other"]


def test_sums_in_a_copied_sum_and_around_it_are_copies_too(run: Run) -> None:
    done = run(
        ROOT,
        total("w", kind="chain"),
        total("a", parent="w", lasts=550, input=100, output=10),
        total("s", parent="a", lasts=540, input=90, output=9),
        *CALLS,
    )
    assert counted(done) == ["b", "c"]
    verdicts = dict(done.claims.select("SpanId", "Verdict").rows())
    assert (verdicts["w"], verdicts["a"]) == ("equal", "equal")


def test_a_call_accounts_for_one_sum_of_each_instrumentation(run: Run) -> None:
    """Two agents of one instrumentation at once, of which the other saw one."""
    twins = [total("a", input=100, output=10), total("d", input=100, output=10)]
    done = run(ROOT, *twins, total("e", dialect="z", input=100, output=10), call("b", at=10))
    assert len(counted(done)) == 2
    assert done.traces["InputTokens"].item() == 200


def test_agents_at_once_are_matched_with_agents(run: Run) -> None:
    other = [
        {"id": f"o{n}", "kind": "agent", "parent": "root", "Dialect": "y", "lasts": 1900}
        for n in range(2)
    ]
    calls = [call(f"{n}{m}", parent=f"o{n}", at=9 + m, input=50 * (n + 1)) for n in (0, 1)
             for m in (0, 1)]  # fmt: skip
    sums = [total("p", output=20, input=100), total("q", output=20, input=200)]
    done = run(ROOT, *other, *calls, *sums)
    assert counted(done) == ["00", "01", "10", "11"]
    assert set(done.claims["Verdict"]) == {"equal"}


RUN = st.fixed_dictionaries(
    {
        "calls": st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), max_size=4),
        "at": st.integers(0, 3).map(lambda slot: slot * 1000),
    }
)


@CHECKED
@given(st.lists(RUN, min_size=1, max_size=5, unique_by=lambda one: one["at"]), st.data())
def test_totals_do_not_change_by_another_trees_sums(
    run: Run, runs: list[Row], data: st.DataObject
) -> None:
    """For any of some runs, one after the other, a sum over its calls in a tree beside."""
    calls, sums = [], []
    for number, one in enumerate(runs):
        calls += [
            call(f"{number}{m}", at=one["at"] + 100 * m, lasts=90, input=input, output=output)
            for m, (input, output) in enumerate(one["calls"])
        ]
        if one["calls"] and data.draw(st.booleans()):
            inputs, outputs = map(sum, zip(*one["calls"], strict=True))
            sums.append(
                total(f"s{number}", at=one["at"], lasts=800, input=inputs, output=outputs,
                      parent=data.draw(st.sampled_from(["root", ""])))
            )  # fmt: skip
    before = run(ROOT, *calls)
    after = run(*data.draw(st.permutations([ROOT, *sums, *calls])))
    names = ("InputTokens", "OutputTokens", "CostUsd", "ModelCalls")
    assert after.traces.select(*names).equals(before.traces.select(*names))
    assert after.claims.height == len(sums)
    assert set(after.claims["Verdict"]) <= {"equal"}
