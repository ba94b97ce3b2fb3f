"""What a counted call leaves out comes from another report of that call, and from no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from longpole.analytics.assembly import Assembled

Run = Callable[..., Assembled]
Row = dict[str, Any]
FLAG = "details_from_duplicate"
PARTS = {
    "CacheReadTokens": 32, "CacheWriteTokens": 48, "CacheWrite1hTokens": 8, "ReasoningTokens": 5,
    "InputAudioTokens": 2, "InputImageTokens": 3, "OutputAudioTokens": 1, "OutputImageTokens": 0,
    "ServiceTier": "flex", "Streaming": True,
}  # fmt: skip
CHECKED = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def call(id: str, dialect: str = "x", **more: Any) -> Row:  # noqa: ANN401 - columns of any type
    usage: Row = {"kind": "llm", "model": "gpt-4o", "input": 100, "output": 7, "lasts": 1000}
    return {"id": id, "Dialect": dialect, **usage, **more}


def fact(done: Assembled, span: str = "a") -> Row:
    row: Row = done.facts.filter(SpanId=span).to_dicts()[0]
    return row


def inner(**more: Any) -> Row:  # noqa: ANN401 - columns of any type
    return call("b", "y", **{"parent": "a", "at": 10, "lasts": 980, **more})


def test_a_nested_report_tells_every_detail(run: Run) -> None:
    done = run(call("a", Provider=""), inner(**PARTS, Provider="openai"))
    found = fact(done)
    assert {name: found[name] for name in PARTS} == PARTS
    assert (found["Provider"], found["Flags"]) == ("openai", [FLAG])
    assert done.traces["CacheReadTokens"].item() == 32
    assert done.traces["Flags"].to_list() == [[]]  # nothing is wrong with the trace
    assert fact(done, "b")["Flags"] == []


def test_a_report_beside_tells_it_too(run: Run) -> None:
    beside = call("b", "y", parent="root", at=2, lasts=999, **PARTS)
    done = run({"id": "root", "lasts": 2000}, call("a"), beside)
    assert fact(done)["Counted"]
    assert {name: fact(done)[name] for name in PARTS} == PARTS


def test_what_the_span_says_holds(run: Run) -> None:
    own: Row = {
        "CacheReadTokens": 0,
        "ServiceTier": "batch",
        "Streaming": False,
        "Provider": "azure",
    }
    done = run(call("a", **own), inner(**PARTS, Provider="openai"))
    found = fact(done)
    assert {name: found[name] for name in own} == own
    assert found["CacheWriteTokens"] == 48


def test_the_first_token_is_counted_from_the_calls_own_start(run: Run) -> None:
    done = run(call("a"), inner(TtftS=0.25, TtftSource="attribute"))
    found = fact(done)
    assert found["TtftS"] == pytest.approx(0.26)
    assert found["TtftSource"] == "attribute"
    assert fact(done, "b")["TtftS"] == 0.25


def test_an_impossible_first_token_is_not_taken_over(run: Run) -> None:
    found = fact(run(call("a"), inner(TtftS=5.0, TtftSource="attribute")))
    assert (found["TtftS"], found["TtftSource"], found["Flags"]) == (None, "", [])


@pytest.mark.parametrize(
    "other",
    [
        inner(**PARTS, input=99),
        inner(**PARTS, output=8),
        inner(**PARTS, input=None, output=None, TotalTokens=107),
        inner(**PARTS, kind="chain"),
        inner(**PARTS, kind="agent", input=100),
        inner(**PARTS, Name="raw_gen_ai_request", kind="chain", input=101),
        inner(**PARTS, Name="raw_gen_ai_request", kind="chain", ResponseId="r", input=101),
        call("b", "x", **PARTS, at=1),
        call("b", "y", **PARTS, at=3000),
        call("b", "y", **PARTS, trace="u"),
    ],
)
def test_nothing_comes_from_what_is_another_call(run: Run, other: Row) -> None:
    found = fact(run(call("a", ResponseId="r"), other))
    assert found["Counted"]
    assert all(found[name] in (None, "") for name in PARTS)
    assert found["Flags"] == []


def test_litellms_raw_request_tells_what_it_knows_of_the_same_counts(run: Run) -> None:
    raw = inner(**PARTS, Name="raw_gen_ai_request", kind="chain")
    assert fact(run(call("a"), raw))["CacheReadTokens"] == 32


def test_one_response_id_with_other_counts_tells_no_counts(run: Run) -> None:
    other = inner(**PARTS, output=6, ResponseId="r", TtftS=0.1, TtftSource="event")
    found = fact(run(call("a", ResponseId="r"), other))
    assert (found["CacheReadTokens"], found["ReasoningTokens"]) == (None, None)
    assert (found["ServiceTier"], found["TtftSource"]) == ("flex", "event")


def test_counts_that_the_call_lacks_come_from_its_report(run: Run) -> None:
    done = run(call("a", output=None), inner(ReasoningTokens=3))
    assert (fact(done)["OutputTokens"], fact(done)["ReasoningTokens"]) == (7, 3)
    total = run(call("a", input=None, output=None, TotalTokens=107), inner())
    assert (fact(total)["InputTokens"], fact(total)["OutputTokens"]) == (100, 7)
    other = run(call("a", input=None, output=None, TotalTokens=108), inner())
    assert fact(other)["InputTokens"] is None


def test_the_nearest_report_that_knows_tells(run: Run) -> None:
    far = call("c", "z", parent="b", at=200, lasts=500, CacheReadTokens=1, ReasoningTokens=2)
    found = fact(run(call("a"), inner(CacheReadTokens=9), far))
    assert (found["CacheReadTokens"], found["ReasoningTokens"]) == (9, 2)


def test_a_part_never_exceeds_its_whole(run: Run) -> None:
    done = run(call("a", CacheReadTokens=90), inner(CacheWriteTokens=48, ReasoningTokens=8))
    assert fact(done)["CacheWriteTokens"] is None
    assert fact(done)["ReasoningTokens"] is None


@pytest.mark.parametrize(
    ("own", "other", "found"),
    [
        ("", "gpt-4o-mini", "gpt-4o-mini"),
        ("gpt-4o", "gpt-4o-2024-08-06", "gpt-4o-2024-08-06"),
        ("claude-3-5-haiku-latest", "claude-3-5-haiku-20241022", "claude-3-5-haiku-20241022"),
        ("gpt-4o", "gpt-4o-mini-2024-07-18", "gpt-4o"),
        ("gpt-4o", "gpt-4o-preview", "gpt-4o"),
        ("gpt-4o", "openai/gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-08-06", "gpt-4o-2024-05-13"),
        ("my-alias", "gpt-4o-2024-08-06", "my-alias"),
    ],
)
def test_the_dated_name_of_the_same_model_is_better(
    run: Run, own: str, other: str, found: str
) -> None:
    assert fact(run(call("a", model=own), inner(model=other)))["Model"] == found


def test_an_engine_tells_of_the_whole_call_through_the_inner_report(run: Run) -> None:
    engine = {"id": "e", "kind": "engine", "parent": "b", "at": 20, "QueueS": 0.1, "TtftS": 0.3}
    found = fact(run(call("a"), inner(), engine))
    assert (found["QueueS"], found["TtftSource"]) == (0.1, "engine")
    assert found["TtftS"] == pytest.approx(0.32)


DETAILS = st.fixed_dictionaries(
    {
        "CacheReadTokens": st.none() | st.integers(0, 50),
        "CacheWriteTokens": st.none() | st.integers(0, 50),
        "ReasoningTokens": st.none() | st.integers(0, 7),
        "ServiceTier": st.sampled_from(["", "flex"]),
    }
)
SUMS = ("InputTokens", "OutputTokens", "ModelCalls")


@CHECKED
@given(st.lists(DETAILS, min_size=2, max_size=5), st.data())
def test_details_are_filled_and_never_added_up(
    run: Run, told: list[Row], data: st.DataObject
) -> None:
    """Any reports of one call, in it or beside: each detail is what one of them says."""
    rows = [
        call(
            f"{number}", f"d{number}", at=number, lasts=1000 - 2 * number,
            parent=data.draw(st.sampled_from(["", *map(str, range(number))])), **details,
        )
        for number, details in enumerate(told)
    ]  # fmt: skip
    before = run(*({**row, **dict.fromkeys(DETAILS_NONE)} | {"ServiceTier": ""} for row in rows))
    done = run(*data.draw(st.permutations(rows)))
    found = done.facts.filter("Counted").to_dicts()[0]
    assert done.traces.select(*SUMS).equals(before.traces.select(*SUMS))
    own = told[int(found["SpanId"])]
    for name in told[0]:
        said = [one[name] for one in told if one[name] not in (None, "")]
        if own[name] not in (None, ""):
            assert found[name] == own[name]
        elif name in ("ReasoningTokens", "ServiceTier"):
            assert found[name] == said[0] if said else found[name] in (None, "")
        else:
            assert found[name] in [None, *said]
    assert (found["CacheReadTokens"] or 0) + (found["CacheWriteTokens"] or 0) <= 100


DETAILS_NONE = ("CacheReadTokens", "CacheWriteTokens", "ReasoningTokens")
