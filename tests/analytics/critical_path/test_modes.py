"""What each mode decides: outliving children, streaming, and the offset of two clocks."""

from __future__ import annotations

from typing import Any, Literal

import polars as pl
import pytest

from longpole.analytics.critical_path import PathOptions, Paths, find_paths
from longpole.core.errors import InputError

BASE = 1_700_000_000 * 10**9
Row = tuple[str, str, int, int]
Outliving = Literal["auto", "clip", "detach"]


def frame(*rows: Row, trace: str = "t", **more: list[Any]) -> pl.DataFrame:
    columns = {
        "TraceId": [trace] * len(rows),
        "SpanId": [row[0] for row in rows],
        "ParentSpanId": [row[1] for row in rows],
        "SpanKind": ["Internal"] * len(rows),
        "Process": [""] * len(rows),
        "StartNs": [BASE + row[2] for row in rows],
        "DurationNs": pl.Series([row[3] - row[2] for row in rows], dtype=pl.UInt64),
    }
    return pl.DataFrame({**columns, **more})


def parts(found: Paths) -> list[tuple[str, int, int]]:
    rows = found.sections.select("SpanId", "StartNs", "EndNs").rows()
    return [(span, start - BASE, end - BASE) for span, start, end in rows]


def flags(found: Paths) -> dict[str, list[str]]:
    return {row["SpanId"]: row["Flags"] for row in found.spans.to_dicts()}


OUTLIVES = (("a", "", 0, 100), ("b", "a", 50, 150))
CLIPPED = [("b", 50, 100), ("a", 0, 50)]
DETACHED = [("a", 0, 100)]


@pytest.mark.parametrize(
    ("mode", "processes", "expected"),
    [
        ("auto", ["p", "p"], DETACHED),
        ("auto", ["", ""], CLIPPED),
        ("auto", ["p", "q"], CLIPPED),
        ("clip", ["p", "p"], CLIPPED),
        ("clip", ["p", "q"], CLIPPED),
        ("detach", ["p", "q"], DETACHED),
        ("detach", ["", ""], DETACHED),
    ],
)
def test_a_child_that_outlives_its_parent(
    mode: Outliving, processes: list[str], expected: list[tuple[str, int, int]]
) -> None:
    found = find_paths(
        frame(*OUTLIVES, Process=processes), PathOptions(outliving=mode, overlap_tolerance=0)
    )
    assert parts(found) == expected
    assert flags(found)["b"] == ["clipped" if expected == CLIPPED else "detached"]


@pytest.mark.parametrize(("start", "end"), [(100, 150), (100, 100), (-20, 0), (120, 130)])
def test_clip_drops_what_is_wholly_outside_with_its_subtree(start: int, end: int) -> None:
    spans = frame(("a", "", 0, 100), ("b", "a", start, end), ("c", "b", 10, 50))
    found = find_paths(spans, PathOptions(outliving="clip", overlap_tolerance=0))
    assert parts(found) == [("a", 0, 100)]


def test_clip_measures_a_grandchild_against_its_clipped_parent() -> None:
    spans = frame(("a", "", 0, 100), ("b", "a", 50, 150), ("c", "b", 100, 140), ("d", "b", 90, 160))
    found = find_paths(spans, PathOptions(outliving="clip", overlap_tolerance=0))
    assert parts(found) == [("d", 90, 100), ("b", 50, 90), ("a", 0, 50)]


STREAM = (("a", "", 0, 1000), ("m", "a", 0, 700), ("t", "a", 400, 1000), ("e", "a", 0, 300))


@pytest.mark.parametrize(
    ("ttft_ns", "kind", "expected"),
    [
        (None, "llm", ["t", "m"]),
        (100, "llm", ["t", "m"]),
        (400, "llm", ["t", "m"]),
        (500, "llm", ["t", "a", "e"]),
        (None, "tool", ["t", "a", "e"]),
        (None, "", ["t", "m"]),
    ],
)
def test_streaming_lets_a_successor_start_after_the_first_token(
    ttft_ns: int | None, kind: str, expected: list[str]
) -> None:
    ttft = None if ttft_ns is None else ttft_ns / 1e9
    kinds, tokens = ["agent", kind, "tool", "tool"], [None, ttft, None, None]
    spans = frame(*STREAM, Kind=kinds, TtftS=tokens).cast({"TtftS": pl.Float64})
    on = find_paths(spans, PathOptions(overlap_tolerance=0, streaming=True))
    assert list(dict.fromkeys(one[0] for one in parts(on))) == expected
    assert on.spans["PathNs"].sum() == 1000
    off = find_paths(spans, PathOptions(overlap_tolerance=0))
    assert [one[0] for one in parts(off)] == ["t", "a", "e"]


def calls(offset: int, slots: list[tuple[int, int]], processes: tuple[str, str]) -> pl.DataFrame:
    """A trace a call: the client from 0 to 100, the server at each slot, its clock `offset` on."""
    return pl.concat(
        frame(
            ("c", "", 0, 100), ("s", "c", lo + offset, hi + offset),
            ("x", "s", lo + offset, lo + 5 + offset), trace=f"t{number}",
            SpanKind=["Client", "Server", "Internal"],
            Process=[processes[0], processes[1], processes[1]],
        )
        for number, (lo, hi) in enumerate(slots)
    )  # fmt: skip


SLOTS = [(2, 60), (5, 96), (30, 98), (3, 97), (40, 60), (4, 50)]


@pytest.mark.parametrize("processes", [("p", "q"), ("q", "p")])
@pytest.mark.parametrize("offset", [40, -40, 1_000_000])
def test_the_offset_of_two_clocks_comes_from_all_their_calls(
    processes: tuple[str, str], offset: int
) -> None:
    found = find_paths(calls(offset, SLOTS, processes), PathOptions())
    servers = found.sections.filter(SpanId="s").group_by("TraceId").agg(pl.col("EndNs").max())
    ends = dict(servers.with_columns(pl.col("EndNs") - BASE).rows())
    wanted = {f"t{number}": slot[1] for number, slot in enumerate(SLOTS)}
    assert all(abs(ends[trace] - end) <= 1 for trace, end in wanted.items()), ends
    of_server = found.spans.filter(SpanId="s")["Flags"].to_list()
    assert all("skew" in one and "clipped" not in one for one in of_server)
    assert not any("skew" in one for one in found.spans.filter(SpanId="x")["Flags"])


def test_a_clock_that_fits_most_calls_is_left_alone() -> None:
    spans = calls(0, [*SLOTS, (60, 130)], ("p", "q"))
    found = find_paths(spans, PathOptions()).spans.filter(SpanId="s")
    assert found["Flags"].to_list() == [[]] * len(SLOTS) + [["clipped"]]


def test_few_calls_are_centred_one_by_one() -> None:
    found = find_paths(calls(40, SLOTS[:3], ("p", "q")), PathOptions())
    outside = found.sections.filter(TraceId="t1", SpanId="s")
    assert (outside["StartNs"].min(), outside["EndNs"].max()) == (BASE + 4 + 5, BASE + 95)


@pytest.mark.parametrize("offset", [10**9 + 200, -(10**9) - 200])
def test_no_clock_is_moved_by_more_than_a_second(offset: int) -> None:
    found = find_paths(calls(offset, SLOTS, ("p", "q")), PathOptions())
    assert not any("skew" in one for one in found.spans["Flags"])


def test_without_skew_nothing_moves() -> None:
    found = find_paths(calls(40, SLOTS, ("p", "q")), PathOptions(skew="none"))
    assert not any("skew" in one for one in found.spans["Flags"])
    assert found.spans.filter(TraceId="t1", SpanId="s")["Flags"].to_list() == [["clipped"]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"overlap_tolerance": -0.1}, "overlap tolerance is -0.1"),
        ({"overlap_tolerance": 1.5}, "overlap tolerance is 1.5"),
        ({"outliving": "drop"}, "outliving is 'drop'; use one of auto, clip, detach"),
        ({"skew": "guess"}, "skew is 'guess'; use one of none, shift"),
    ],
)
def test_a_wrong_mode_is_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        PathOptions(**wrong)
