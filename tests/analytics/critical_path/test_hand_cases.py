"""Each rule of the critical path on the smallest trace that shows it. Times in ns unless said."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from longpole.analytics.critical_path import PathOptions, Paths, find_paths
from longpole.core.errors import InputError

BASE = 1_700_000_000 * 10**9
Row = tuple[str, str, int, int]


def frame(*rows: Row, **more: list[Any]) -> pl.DataFrame:
    """Spans of one trace from (id, parent, start, end); other columns by name."""
    size = len(rows)
    columns = {
        "TraceId": ["t"] * size,
        "SpanId": [row[0] for row in rows],
        "ParentSpanId": [row[1] for row in rows],
        "SpanKind": ["Internal"] * size,
        "Process": [""] * size,
        "StartNs": [BASE + row[2] for row in rows],
        "DurationNs": pl.Series([row[3] - row[2] for row in rows], dtype=pl.UInt64),
    }
    return pl.DataFrame({**columns, **more})


def run(spans: pl.DataFrame, share: float | None = 0.0) -> Paths:
    return find_paths(spans, PathOptions(overlap_tolerance=share))


def sections(spans: pl.DataFrame, share: float | None = 0.0) -> list[tuple[str, int, int, str]]:
    found = run(spans, share).sections
    return [
        (row["SpanId"], row["StartNs"] - BASE, row["EndNs"] - BASE, row["Phase"])
        for row in found.to_dicts()
    ]


def flags(spans: pl.DataFrame, share: float | None = 0.0) -> dict[str, list[str]]:
    return {row["SpanId"]: row["Flags"] for row in run(spans, share).spans.to_dicts()}


def test_one_span_is_its_own_path() -> None:
    assert sections(frame(("a", "", 0, 10))) == [("a", 0, 10, "self")]


def test_gaps_are_named_by_their_place() -> None:
    spans = frame(("a", "", 0, 100), ("b", "a", 10, 40), ("c", "a", 50, 90))
    assert sections(spans) == [
        ("a", 90, 100, "tail"),
        ("c", 50, 90, "self"),
        ("a", 40, 50, "between"),
        ("b", 10, 40, "self"),
        ("a", 0, 10, "lead"),
    ]


def test_back_to_back_children_leave_no_time_to_the_parent() -> None:
    spans = frame(("a", "", 0, 30), ("b", "a", 0, 10), ("c", "a", 10, 20), ("d", "a", 20, 30))
    assert sections(spans) == [("d", 20, 30, "self"), ("c", 10, 20, "self"), ("b", 0, 10, "self")]


def test_a_parallel_child_that_ends_earlier_is_off_the_path() -> None:
    spans = frame(("a", "", 0, 100), ("b", "a", 10, 60), ("c", "a", 20, 90))
    assert [one[0] for one in sections(spans)] == ["a", "c", "a"]


def test_equal_ends_take_the_earliest_start_then_the_smallest_id() -> None:
    spans = frame(("a", "", 0, 50), ("d", "a", 20, 50), ("c", "a", 10, 50), ("b", "a", 10, 50))
    assert sections(spans) == [("b", 10, 50, "self"), ("a", 0, 10, "lead")]


def test_a_span_without_length_is_on_the_path_once_and_takes_no_time() -> None:
    spans = frame(("a", "", 0, 20), ("b", "a", 10, 20), ("z", "a", 10, 10), ("c", "a", 0, 10))
    assert sections(spans) == [("b", 10, 20, "self"), ("z", 10, 10, "self"), ("c", 0, 10, "self")]


@pytest.mark.parametrize("at", [0, 20])
def test_a_span_without_length_at_the_edge_of_its_parent(at: int) -> None:
    spans = frame(("a", "", 0, 20), ("z", "a", at, at))
    assert ("z", at, at, "self") in sections(spans)


def test_a_root_without_length_ends() -> None:
    spans = frame(("a", "", 5, 5), ("b", "a", 5, 5), ("c", "b", 5, 5))
    assert sections(spans) == [("c", 5, 5, "self")]


def test_time_zero_is_a_time() -> None:
    spans = frame(("a", "", 0, 30), ("b", "a", 0, 10), ("c", "a", 10, 30))
    spans = spans.with_columns(pl.col("StartNs") - BASE)
    found = run(spans)
    assert found.sections.select("SpanId", "StartNs", "EndNs").rows() == [
        ("c", 10, 30),
        ("b", 0, 10),
    ]
    assert found.spans["Flags"].to_list() == [["clock"]] * 3


def test_same_process_outliving_child_is_detached_with_its_subtree() -> None:
    spans = frame(
        ("a", "", 0, 100), ("b", "a", 50, 150), ("c", "b", 60, 90), ("d", "a", 10, 40),
        Process=["p"] * 4,
    )  # fmt: skip
    assert sections(spans) == [
        ("a", 40, 100, "tail"),
        ("d", 10, 40, "self"),
        ("a", 0, 10, "lead"),
    ]
    assert flags(spans) == {"a": [], "b": ["detached"], "c": [], "d": []}
    self_ns = dict(run(spans).spans.select("SpanId", "SelfNs").rows())
    assert self_ns == {"a": 70, "b": 70, "c": 30, "d": 30}


@pytest.mark.parametrize("processes", [["", ""], ["p", ""], ["p", "q"]])
def test_outliving_child_of_unknown_or_other_process_is_clipped(processes: list[str]) -> None:
    spans = frame(("a", "", 0, 100), ("b", "a", 50, 150), Process=processes)
    assert sections(spans) == [("b", 50, 100, "self"), ("a", 0, 50, "lead")]
    assert flags(spans)["b"] == ["clipped"]
    assert run(spans).sections["Evidence"].to_list() == ["clipped", "order"]


def test_same_process_within_the_tolerance_is_clipped_not_detached() -> None:
    spans = frame(("a", "", 0, 1000), ("b", "a", 500, 1009), Process=["p", "p"])
    assert flags(spans, share=None)["b"] == ["clipped"]
    assert flags(spans, share=0.0)["b"] == ["detached"]


def test_a_grandchild_is_clipped_to_the_clipped_parent() -> None:
    spans = frame(("a", "", 0, 100), ("b", "a", 50, 150), ("c", "b", 60, 140), ("d", "b", 60, 120))
    assert sections(spans) == [
        ("c", 60, 100, "self"),
        ("b", 50, 60, "lead"),
        ("a", 0, 50, "lead"),
    ]


@pytest.mark.parametrize(("start", "end"), [(100, 150), (120, 150), (-20, 0), (-20, -10)])
def test_a_child_wholly_outside_is_off_the_path_with_its_subtree(start: int, end: int) -> None:
    spans = frame(("a", "", 0, 100), ("b", "a", start, end), ("c", "b", 10, 50))
    assert sections(spans) == [("a", 0, 100, "self")]


def test_a_consumer_under_a_producer_is_not_awaited() -> None:
    spans = frame(
        ("a", "", 0, 100), ("b", "a", 10, 90), ("c", "b", 30, 80), ("d", "c", 40, 70),
        SpanKind=["Server", "Producer", "Consumer", "Internal"],
    )  # fmt: skip
    assert sections(spans) == [("a", 90, 100, "tail"), ("b", 10, 90, "self"), ("a", 0, 10, "lead")]


def skewed(shift: int, processes: list[str], kinds: list[str]) -> pl.DataFrame:
    return frame(
        ("a", "", 0, 100), ("b", "a", shift + 20, shift + 80), ("c", "b", shift + 30, shift + 40),
        Process=processes, SpanKind=kinds,
    )  # fmt: skip


def test_a_servers_clock_is_moved_into_the_clients_span_with_the_subtree() -> None:
    spans = skewed(10**9 - 1, ["p", "q", "q"], ["Client", "Server", "Internal"])
    assert sections(spans) == [
        ("a", 80, 100, "edge"),
        ("b", 40, 80, "tail"),
        ("c", 30, 40, "self"),
        ("b", 20, 30, "lead"),
        ("a", 0, 20, "edge"),
    ]
    assert flags(spans) == {"a": [], "b": ["skew"], "c": []}
    assert run(spans).sections["Evidence"].to_list() == [
        "order",
        "skew",
        "assumed",
        "skew",
        "order",
    ]


@pytest.mark.parametrize(
    ("shift", "processes", "kinds"),
    [
        (10**9 + 1, ["p", "q", "q"], ["Client", "Server", "Internal"]),
        (50, ["p", "", ""], ["Client", "Server", "Internal"]),
        (50, ["p", "q", "q"], ["Internal", "Server", "Internal"]),
        (50, ["p", "q", "q"], ["Client", "Internal", "Internal"]),
    ],
)
def test_no_skew_is_assumed_without_evidence(
    shift: int, processes: list[str], kinds: list[str]
) -> None:
    assert flags(skewed(shift, processes, kinds))["b"] == ["clipped"]


def test_a_missing_parent_makes_a_root_of_its_own() -> None:
    spans = frame(("a", "", 0, 100), ("b", "gone", 20, 60), ("c", "b", 30, 50))
    found = run(spans)
    assert dict(found.spans.select("SpanId", "RootSpanId").rows()) == {"a": "a", "b": "b", "c": "b"}
    assert flags(spans) == {"a": [], "b": ["incomplete"], "c": []}
    assert found.sections["RootSpanId"].to_list() == ["a", "b", "b", "b"]


def test_cycles_and_self_parents_are_cut_at_the_earliest_span() -> None:
    spans = frame(("a", "c", 20, 70), ("b", "a", 0, 90), ("c", "b", 10, 80), ("s", "s", 0, 10))
    assert flags(spans) == {"a": [], "b": ["cycle"], "c": [], "s": ["cycle"]}
    roots = run(spans).spans.filter("IsRoot")
    assert roots["SpanId"].to_list() == ["b", "s"]


@pytest.mark.parametrize("parent", ["", "0" * 16])
def test_no_parent_is_written_in_two_ways(parent: str) -> None:
    assert flags(frame(("a", parent, 0, 10)))["a"] == []


def test_of_duplicates_the_longest_is_kept() -> None:
    spans = frame(("a", "", 0, 50), ("a", "", 0, 100), ("b", "a", 10, 20), ("b", "a", 10, 20))
    found = run(spans)
    assert found.spans.select("SpanId", "PathNs").rows() == [("a", 90), ("b", 10)]
    assert flags(spans) == {"a": ["duplicate_id"], "b": ["duplicate_id"]}


def test_the_same_id_in_two_traces_is_two_spans() -> None:
    spans = frame(("a", "", 0, 50), ("a", "", 0, 100), ("b", "a", 0, 10), ("b", "a", 0, 40))
    spans = spans.with_columns(TraceId=pl.Series(["t", "u", "t", "u"]))
    found = run(spans).spans
    assert found.select("TraceId", "SpanId", "PathNs", "Flags").rows() == [
        ("t", "a", 40, []),
        ("t", "b", 10, []),
        ("u", "a", 60, []),
        ("u", "b", 40, []),
    ]


def test_a_small_overlap_is_still_a_sequence_and_nothing_counts_twice() -> None:
    spans = frame(("a", "", 0, 1000), ("b", "a", 100, 505), ("c", "a", 500, 900))
    assert sections(spans, share=None) == [
        ("a", 900, 1000, "tail"),
        ("c", 500, 900, "self"),
        ("b", 100, 500, "self"),
        ("a", 0, 100, "lead"),
    ]
    assert [one[0] for one in sections(spans, share=0.0)] == ["a", "c", "a"]


def test_the_default_tolerance_is_at_most_2_ms() -> None:
    second = 10**9
    spans = frame(
        ("a", "", 0, 10 * second),
        ("b", "a", 0, 5 * second + 2_000_001),
        ("c", "a", 5 * second, 10 * second),
    )
    assert [one[0] for one in sections(spans, share=None)] == ["c", "a"]
    assert [one[0] for one in sections(spans, share=0.01)] == ["c", "b"]


def test_model_time_is_split_at_the_first_token() -> None:
    spans = frame(
        ("a", "", 0, 10**9), ("m", "a", 0, 10**9), ("n", "a", 0, 10),
        TtftS=[0.5, 0.25, None], Kind=["agent", "llm", "llm"],
    )  # fmt: skip
    assert sections(spans) == [
        ("m", 250_000_000, 10**9, "decode"),
        ("m", 0, 250_000_000, "prefill"),
    ]


@pytest.mark.parametrize(
    ("ttft", "phases"), [(-1.0, ["self"]), (1.5, ["self"]), (1.005, ["prefill"]), (0.0, ["decode"])]
)
def test_odd_times_to_first_token(ttft: float, phases: list[str]) -> None:
    assert [one[3] for one in sections(frame(("m", "", 0, 10**9), TtftS=[ttft]))] == phases


def test_the_first_token_of_a_clipped_span_keeps_its_time() -> None:
    spans = frame(("a", "", 100, 300), ("m", "a", 0, 400), TtftS=[None, 150e-9])
    assert sections(spans) == [("m", 150, 300, "decode"), ("m", 100, 150, "prefill")]


def test_hexadecimal_ids_give_the_same_path_as_others() -> None:
    rows: list[Row] = [("a", "", 0, 50), ("b", "a", 10, 40), ("c", "a", 10, 40), ("d", "x", 1, 2)]
    plain = sections(frame(*rows))
    hexed = [(f"{i:0>16}" if i else "", f"{p:0>16}" if p else "", s, e) for i, p, s, e in rows]
    named = [(i.rjust(16, "0"), *rest) for i, *rest in plain]
    assert sections(frame(*[(i, p.replace("x", "f"), s, e) for i, p, s, e in hexed])) == named


def test_no_spans_no_sections() -> None:
    empty = frame(("a", "", 0, 1)).clear()
    found = run(empty)
    assert found.sections.is_empty() and found.spans.is_empty()


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        (frame(("a", "", 0, 1)).drop("Process"), "no column Process"),
        (frame(("a", "", 0, 1)).cast({"StartNs": pl.Float64}), "cast it to Int64"),
        (frame(("a", "", 0, 1), SpanKind=[None]).cast({"SpanKind": pl.String}), "has nulls"),
    ],
)
def test_wrong_input_is_named(spans: pl.DataFrame, message: str) -> None:
    with pytest.raises(InputError, match=message):
        run(spans)
