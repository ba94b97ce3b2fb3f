"""Edges between spans, from tokens as the store gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from longpole.analytics.critical_path import Edges, plant
from longpole.analytics.dataflow import SAID, find_edges

BASE = 1_700_000_000 * 10**9
MS = 1_000_000
Found = set[tuple[str, str, str]]


def edges(*rows: dict[str, Any], start_ns: int = BASE) -> Found:
    """(source, target, evidence) of spans: id, kind, at, lasts (ms), made, used and columns."""
    spans = pl.DataFrame(
        [
            {
                "Project": "default", "TraceId": row.get("trace", "t"), "SpanId": row["id"],
                "ParentSpanId": row.get("parent", ""), "Kind": row.get("kind", "llm"),
                "StartNs": start_ns + row["at"] * MS, "DurationNs": row["lasts"] * MS,
                "ToolCallId": row.get("call", ""), "ResponseId": row.get("response", ""),
                "LinkedSpanIds": row.get("links", []),
            }
            for row in rows
        ],
        schema_overrides={"DurationNs": pl.UInt64, "LinkedSpanIds": pl.List(pl.String)},
    )  # fmt: skip
    said = pl.DataFrame(
        [("default", row.get("trace", "t"), row["id"], row.get("made", []), row.get("used", []))
         for row in rows],
        schema=SAID, orient="row",
    )  # fmt: skip
    forest = plant(spans)
    spans = spans[forest.rows]
    return named(find_edges(forest, spans, said), spans["SpanId"].to_list())


def named(found: Edges, ids: Sequence[str]) -> Found:
    return {
        (ids[found.source[e]], ids[target], {1: "data", 2: "link"}[found.evidence[e]])
        for target in range(len(ids))
        for e in range(found.begin[target], found.begin[target + 1])
    }


def model(name: str, at: int, **more: object) -> dict[str, Any]:
    return {"id": name, "kind": "llm", "at": at, "lasts": 10, **more}


def tool(name: str, at: int, call: str, **more: object) -> dict[str, Any]:
    return {"id": name, "kind": "tool", "at": at, "lasts": 10, "call": call, **more}


def test_parallel_tools_stand_between_two_calls_of_the_model() -> None:
    found = edges(
        model("m1", 0, made=["id:a", "id:b"]),
        tool("t1", 10, "a"),
        tool("t2", 10, "b"),
        model("m2", 20, used=["id:a", "id:b"]),
    )
    assert found == {
        ("m1", "t1", "data"), ("m1", "t2", "data"), ("t1", "m2", "data"), ("t2", "m2", "data"),
    }  # fmt: skip


def test_a_repeated_conversation_gives_each_turn_its_own_edges_only() -> None:
    rows: list[dict[str, Any]] = []
    expected = set()
    said: list[str] = []
    for turn in range(40):
        rows += [
            model(f"m{turn}", 20 * turn, made=[f"id:{turn}"], used=list(said)),
            tool(f"t{turn}", 20 * turn + 10, str(turn)),
        ]
        said.append(f"id:{turn}")
        expected |= {(f"m{turn}", f"t{turn}", "data"), (f"t{turn}", f"m{turn + 1}", "data")}
    assert edges(*rows) == {edge for edge in expected if edge[1] != "m40"}


def test_two_branches_of_equal_times_do_not_mix() -> None:
    found = edges(
        model("a1", 0, made=["text:1"]),
        model("b1", 0, made=["text:2"]),
        model("a2", 10, used=["text:1"]),
        model("b2", 10, used=["text:2"]),
    )
    assert found == {("a1", "a2", "data"), ("b1", "b2", "data")}


def test_a_text_that_was_known_before_it_was_made_proves_nothing() -> None:
    found = edges(
        model("m1", 0, used=["text:1"], made=["text:1"]),
        model("m2", 10, used=["text:1"]),
    )
    assert found == set()


def test_what_began_before_its_source_ended_did_not_wait_for_it() -> None:
    assert edges(model("m1", 0, made=["text:1"]), model("m2", 5, used=["text:1"])) == set()


def test_a_response_that_is_named_and_a_retrieved_text_are_data() -> None:
    found = edges(
        {"id": "r", "kind": "retriever", "at": 0, "lasts": 5, "made": ["text:doc"]},
        model("m1", 5, used=["text:doc"], response="resp_1"),
        model("m2", 15, used=["id:resp_1"]),
    )
    assert found == {("r", "m1", "data"), ("m1", "m2", "data")}


def test_agents_repeat_what_others_said_and_are_no_source() -> None:
    found = edges(
        {"id": "a", "kind": "agent", "at": 0, "lasts": 5, "made": ["text:1"]},
        model("m", 5, used=["text:1"]),
    )
    assert found == set()


def test_links_count_within_a_trace_and_only_to_what_had_ended() -> None:
    other = {"kind": "other", "lasts": 10}
    found = edges(
        {"id": "a", "at": 0, **other},
        {"id": "b", "at": 10, "links": ["a", "nobody"], **other},
        {"id": "c", "at": 12, "links": ["b"], **other},
        {"id": "d", "at": 50, "links": ["a"], "trace": "u", **other},
    )
    assert found == {("a", "b", "link")}


TOKENS = st.lists(st.sampled_from(["id:1", "id:2", "text:1", "text:2"]), max_size=3, unique=True)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["llm", "tool", "retriever", "agent", "other"]),
            "at": st.integers(0, 40),
            "lasts": st.integers(0, 20),
            "call": st.sampled_from(["", "1", "2"]),
            "made": TOKENS,
            "used": TOKENS,
        }
    ),
    min_size=2,
    max_size=12,
)  # fmt: skip


def numbered(rows: list[dict[str, Any]], trace: str = "t") -> list[dict[str, Any]]:
    return [{**row, "id": f"{trace}{i:02}", "trace": trace} for i, row in enumerate(rows)]


@settings(deadline=None, max_examples=150)
@given(ROWS)
def test_no_edge_points_back_in_time_nor_in_a_circle(rows: list[dict[str, Any]]) -> None:
    known = {row["id"]: row for row in numbered(rows)}
    found = edges(*known.values())
    for source, target, _ in found:
        ended = known[source]["at"] + known[source]["lasts"]
        slack = min(known[source]["lasts"] / 100, 2)
        assert ended <= known[target]["at"] + slack
        assert (target, source, "data") not in found


@settings(deadline=None, max_examples=100)
@given(ROWS, ROWS)
def test_spans_of_another_trace_change_nothing(
    rows: list[dict[str, Any]], others: list[dict[str, Any]]
) -> None:
    both = edges(*numbered(rows), *numbered(others, "u"))
    assert both == edges(*numbered(rows)) | edges(*numbered(others, "u"))


@settings(deadline=None, max_examples=100)
@given(ROWS, st.integers(-(10**16), 10**16))
def test_shifting_all_times_changes_nothing(rows: list[dict[str, Any]], shift: int) -> None:
    assert edges(*numbered(rows)) == edges(*numbered(rows), start_ns=BASE + shift)
