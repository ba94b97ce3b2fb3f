"""One call that two instrumentations report side by side is one call; two calls stay two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from longpole.analytics.assembly import Assembled

Run = Callable[..., Assembled]
Row = dict[str, Any]


def call(id: str, dialect: str, **more: object) -> Row:
    usage: Row = {"kind": "llm", "model": "gpt-4o", "input": 100, "output": 7, "lasts": 1000}
    return {"id": id, "Dialect": dialect, **usage, **more}


def counted(done: Assembled) -> list[str]:
    return sorted(done.facts.filter("Counted")["SpanId"])


ROOT: Row = {"id": "root", "kind": "agent", "lasts": 9000}


@pytest.mark.parametrize(
    "other",
    [
        call("b", "openinference", at=5, lasts=990, parent="root"),
        call("b", "openinference", at=-5, lasts=1010),
        call("b", "openinference", model="openai/gpt-4o-2024-08-06"),
        call("b", "openinference", model=""),
        call("b", "litellm", ResponseId="r", input=99, output=None),
        call("b", "litellm", ResponseId="r", at=400, lasts=200),
        call("b", "traceloop", ResponseId="r", Service="gateway"),
        call("b", "litellm", ResponseId="gateway-1"),
    ],
)
def test_two_instrumentations_of_one_call(run: Run, other: Row) -> None:
    done = run(ROOT, call("a", "traceloop", parent="root", ResponseId="r"), other)
    [row] = done.traces.to_dicts()
    assert row["ModelCalls"] == 1
    assert len(counted(done)) == 1
    assert (row["InputTokens"], row["OutputTokens"]) == (100, 7)


@pytest.mark.parametrize(
    "other",
    [
        call("b", "traceloop", ResponseId="s"),
        call("b", "traceloop"),
        call("b", "traceloop", ResponseId="r"),  # a stand-in server gives all calls one id
        call("b", "traceloop", ResponseId="r", at=1000),
        call("b", "openinference", ResponseId="r", at=1000),
        call("b", "openinference", input=101),
        call("b", "openinference", output=None, input=100),
        call("b", "openinference", model="gpt-4o-mini"),
        call("b", "openinference", at=1000),
        call("b", "openinference", at=400),
        call("b", "openinference", at=100, lasts=800),
        call("b", "openinference", trace="u"),
    ],
)
def test_two_calls_stay_two(run: Run, other: Row) -> None:
    assert counted(run(call("a", "traceloop", ResponseId="r"), other)) == ["a", "b"]


def test_parallel_calls_that_two_instrumentations_report_pair_off(run: Run) -> None:
    spans = [
        call(f"{dialect}{number}", dialect, at=40 * number)
        for number in range(5)
        for dialect in ("x", "y")
    ]
    done = run(*spans, *(call(f"z{n}", "z", at=40 * n + 1, lasts=998) for n in range(5)))
    assert done.traces["InputTokens"].item() == 500


def test_one_id_for_all_calls_of_a_stand_in_server(run: Run) -> None:
    spans = [
        call(f"{dialect}{number}", dialect, at=1000 * number, ResponseId="same")
        for number in range(5)
        for dialect in ("x", "y")
    ]
    assert run(*spans).traces["ModelCalls"].item() == 5


def test_a_response_that_is_fetched_again_is_paid_once(run: Run) -> None:
    fetch = call("b", "x", at=5000, lasts=20, ResponseId="r", Operation="fetch_response")
    assert counted(run(call("a", "x", ResponseId="r"), fetch)) == ["a"]


def test_the_fuller_then_the_higher_then_the_earlier_report_is_counted(run: Run) -> None:
    low = {"parent": "root", "ResponseId": "r"}
    top = {"ResponseId": "r", "at": 3}
    assert counted(run(ROOT, call("a", "x", **low), call("b", "y", **top))) == ["b"]
    lacking = call("b", "y", **top, output=None)
    assert counted(run(ROOT, call("a", "x", **low), lacking)) == ["a"]
    later = call("a", "x", parent="root", at=2, lasts=996)
    assert counted(run(ROOT, later, call("b", "y", parent="root"))) == ["b"]


def test_what_lies_below_a_second_report_is_not_counted_either(run: Run) -> None:
    done = run(
        call("a", "litellm"),
        call("b", "traceloop", parent="root"),
        {"id": "c", "parent": "b", "kind": "engine", "input": 100, "output": 7},
        {"id": "root", "kind": "agent", "input": 100, "output": 7},
    )
    assert counted(done) == ["a"]


def test_a_second_report_of_a_nested_call_is_one_of_the_whole(run: Run) -> None:
    """LangChain over the SDK, and a gateway's callback beside with the SDK's id."""
    done = run(
        call("a", "openinference", lasts=1400, input=90),
        call("b", "traceloop", parent="a", at=200, lasts=900, ResponseId="r"),
        call("c", "litellm", at=210, lasts=880, ResponseId="r"),
    )
    assert counted(done) == ["a"]


def test_embeddings_that_two_instrumentations_report(run: Run) -> None:
    text = {"kind": "embedding", "model": "text-embedding-3-small"}
    first = call("a", "x", **{**text, "output": None})
    assert counted(run(first, call("b", "y", **{**text, "output": 0}))) == ["a"]


def test_a_call_that_says_zero_hides_no_tokens_below(run: Run) -> None:
    done = run(call("a", "x", input=0, output=0), call("b", "y", parent="a"))
    assert counted(done) == ["b"]


def test_a_failed_call_without_usage_counts_nothing(run: Run) -> None:
    done = run(call("a", "x", input=None, output=None, IsError=True))
    assert counted(done) == []
    assert done.traces["ModelCalls"].item() == 0


def test_a_second_report_that_says_zero_is_no_second_call(run: Run) -> None:
    silent = call("b", "y", input=0, output=0, ResponseId="r")
    done = run(call("a", "x", ResponseId="r", at=1), silent)
    assert counted(done) == ["a"]
    assert done.traces["ModelCalls"].item() == 1


def test_spans_around_and_beside_a_call_that_are_no_request(run: Run) -> None:
    """LlamaIndex has LLM spans for preparing a call and for predicting by one."""
    silent = {"input": None, "output": None}
    done = run(
        ROOT,
        call("prepare", "x", parent="root", lasts=1, **silent),
        call("predict", "x", parent="root", at=2, **silent),
        call("chat", "x", parent="predict", at=3, lasts=990, CacheReadTokens=9),
        call("around", "x", parent="root", at=2000),
        call("inside", "x", parent="around", at=2001, lasts=990),
    )
    assert counted(done) == ["around", "chat"]
    assert done.traces["ModelCalls"].item() == 2
    assert done.claims.select("SpanId", "Verdict").rows() == [("inside", "equal")]
