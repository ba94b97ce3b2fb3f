"""What the time of sections is spent on. Times in ms."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longpole.analytics.critical_path import PathOptions, find_paths

BASE = 1_700_000_000 * 10**9
MS = 1_000_000
TYPES = {
    "DurationNs": pl.UInt64(),
    **dict.fromkeys(("TtftS", "QueueS", "PrefillS", "DecodeS"), pl.Float64()),
}
PLAIN: dict[str, Any] = {
    **dict.fromkeys(("parent", "Process", "Model", "ToolName", "ToolCallId", "ErrorType"), ""),
    **dict.fromkeys(("TtftS", "QueueS", "PrefillS", "DecodeS")),
    "kind": "Internal", "Kind": "other", "IsError": False, "StatusMessage": "",
}  # fmt: skip


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    """Spans of one trace: id, from, to (ms); other columns by name; the name is the id's letter."""
    full = [
        {
            **{key: value for key, value in PLAIN.items() if key[0].isupper()},
            **{key: value for key, value in row.items() if key[0].isupper()},
            "TraceId": "t", "SpanId": row["id"], "ParentSpanId": row.get("parent", ""),
            "SpanKind": row.get("kind", "Internal"), "Name": row.get("Name", row["id"]),
            "StartNs": BASE + row["at"][0] * MS, "DurationNs": (row["at"][1] - row["at"][0]) * MS,
        }
        for row in rows
    ]  # fmt: skip
    return pl.DataFrame(full, schema_overrides=TYPES)


def spent(*rows: dict[str, Any]) -> list[tuple[str, int, int, str]]:
    found = find_paths(frame(*rows), PathOptions(overlap_tolerance=0.0)).sections
    return [
        (row["SpanId"], (row["StartNs"] - BASE) // MS, (row["EndNs"] - BASE) // MS, row["Phase"])
        for row in found.to_dicts()
    ]


def test_a_models_time_is_queue_prefill_and_decode() -> None:
    call = {"id": "m", "at": (0, 100), "Kind": "llm", "TtftS": 0.04, "QueueS": 0.01}
    assert spent(call) == [
        ("m", 40, 100, "decode"), ("m", 10, 40, "prefill"), ("m", 0, 10, "queue"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "phases"),
    [
        ({"QueueS": 0.01, "PrefillS": 0.02}, [(30, "decode"), (10, "prefill"), (0, "queue")]),
        ({"DecodeS": 0.06}, [(40, "decode"), (0, "prefill")]),
        ({"QueueS": 0.01}, [(10, "self"), (0, "queue")]),
        # Nanoseconds under a name that means seconds.
        ({"QueueS": 1e7, "TtftS": 4e7}, [(40, "decode"), (10, "prefill"), (0, "queue")]),
        ({"QueueS": 5.0}, [(0, "self")]),
    ],
)
def test_phases_from_what_is_known(said: dict[str, float], phases: list[tuple[int, str]]) -> None:
    found = spent({"id": "m", "at": (0, 100), "Kind": "llm", **said})
    assert [(start, phase) for _, start, _, phase in found] == phases


def test_an_http_request_of_a_model_call_has_the_calls_phases() -> None:
    found = spent(
        {"id": "m", "at": (0, 100), "Kind": "llm", "TtftS": 0.05},
        {"id": "h", "parent": "m", "at": (10, 60), "kind": "Client"},
    )
    assert found == [
        ("m", 60, 100, "decode"), ("h", 50, 60, "decode"), ("h", 10, 50, "prefill"),
        ("m", 0, 10, "prefill"),
    ]  # fmt: skip


def attempts(error: str, status: str = "") -> list[dict[str, Any]]:
    post = {"parent": "m", "kind": "Client", "Name": "POST"}
    failed = {"IsError": True, "ErrorType": error, "StatusMessage": status, **post}
    return [
        {"id": "m", "at": (0, 100), "Kind": "llm"},
        {"id": "a", "at": (5, 20), **failed},
        {"id": "b", "at": (50, 90), **post},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("error", "status", "phase"),
    [
        ("503", "", "retry"), ("429", "", "rate_limit"), ("RateLimitError", "", "rate_limit"),
        ("Error", "Overloaded, try again", "rate_limit"), ("timeout after 1429 ms", "", "retry"),
    ],
)  # fmt: skip
def test_a_failed_attempt_and_the_wait_after_it(error: str, status: str, phase: str) -> None:
    assert spent(*attempts(error, status)) == [
        ("m", 90, 100, "tail"), ("b", 50, 90, "self"), ("m", 20, 50, phase), ("a", 5, 20, phase),
        ("m", 0, 5, "lead"),
    ]  # fmt: skip


def test_calls_that_only_follow_a_failed_one_are_no_retries() -> None:
    calls = attempts("503")
    other = [*calls[:2], {**calls[2], "Name": "GET"}]
    assert not {"retry", "rate_limit"} & {one[3] for one in spent(*other)}
    two = [calls[0], {**calls[1], "ToolCallId": "1"}, {**calls[2], "ToolCallId": "2"}]
    assert "retry" not in {one[3] for one in spent(*two)}
    assert "retry" not in {one[3] for one in spent(*calls[:2])}


def served(caller: dict[str, Any], callee: dict[str, Any]) -> list[str]:
    found = spent(
        {"id": "a", "at": (0, 100), **caller}, {"id": "b", "parent": "a", "at": (30, 60), **callee}
    )
    return [phase for _, _, _, phase in found]


@pytest.mark.parametrize(
    ("caller", "callee", "is_edge"),
    [
        ({"kind": "Client", "Process": "p"}, {"kind": "Server", "Process": "q"}, True),
        ({"kind": "Client"}, {"kind": "Server"}, True),
        ({"kind": "Client", "Process": "p"}, {"kind": "Server", "Process": "p"}, False),
        ({"Kind": "llm"}, {"Kind": "engine"}, True),
        ({"Kind": "tool"}, {"Kind": "mcp", "kind": "Server"}, True),
        ({"kind": "", "Process": "p"}, {"kind": "", "Process": "q"}, True),
        ({"kind": "", "Process": "p"}, {"kind": "", "Process": ""}, False),
        ({"Kind": "agent", "Process": "p"}, {"Kind": "tool", "Process": "q"}, False),
    ],
)
def test_a_callers_time_around_its_callee_is_edge(
    caller: dict[str, Any], callee: dict[str, Any], is_edge: bool
) -> None:
    expected = ["edge", "self", "edge"] if is_edge else ["tail", "self", "lead"]
    assert served(caller, callee) == expected


def test_a_caller_of_two_servers_has_no_edge() -> None:
    two = [
        {"id": "a", "at": (0, 100), "kind": "Client"},
        {"id": "b", "parent": "a", "at": (10, 40), "kind": "Server"},
        {"id": "c", "parent": "a", "at": (50, 90), "kind": "Server"},
    ]
    assert "edge" not in {one[3] for one in spent(*two)}


IDS = [f"{number:016x}" for number in range(8)]
SPAN = st.fixed_dictionaries(
    {
        "id": st.sampled_from(IDS),
        "parent": st.sampled_from(["", *IDS]),
        "at": st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda at: tuple(sorted(at))),
        "kind": st.sampled_from(["", "Internal", "Client", "Server"]),
        "Kind": st.sampled_from(["llm", "engine", "tool", "mcp", "other"]),
        "Process": st.sampled_from(["", "p", "q"]),
        "Name": st.sampled_from(["x", "y"]),
        "IsError": st.booleans(),
        "ErrorType": st.sampled_from(["", "429"]),
        **dict.fromkeys(
            ("TtftS", "QueueS", "PrefillS", "DecodeS"),
            st.one_of(st.none(), st.floats(-0.01, 0.08), st.just(2e7)),
        ),
    }
)


@settings(deadline=None, max_examples=200)
@given(st.lists(SPAN, min_size=1, max_size=16, unique_by=lambda row: row["id"]))
def test_typing_time_moves_none(rows: list[dict[str, Any]]) -> None:
    spans = frame(*rows)
    options = PathOptions(overlap_tolerance=0.0)
    typed = find_paths(spans, options)
    untyped = find_paths(spans.drop("TtftS", "QueueS", "PrefillS", "DecodeS", "IsError"), options)
    key = ["RootSpanId", "SpanId"]
    length = (pl.col("EndNs") - pl.col("StartNs")).sum()
    lengths = [
        one.sections.group_by(key).agg(length.alias("Ns")).sort(key) for one in (typed, untyped)
    ]
    assert lengths[0].equals(lengths[1])
    for part in typed.sections.partition_by("RootSpanId"):
        assert part["StartNs"].to_list()[:-1] == part["EndNs"].to_list()[1:]
    assert typed.spans.drop("Flags").equals(untyped.spans.drop("Flags"))
