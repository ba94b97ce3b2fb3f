"""Deep, wide and extreme traces end, and end right."""

from __future__ import annotations

import polars as pl
import pytest

from longpole.analytics.critical_path import PathOptions, find_paths

BASE = 1_700_000_000 * 10**9
SIZE = 50_000


def spans(parents: list[int], starts: list[int], durations: list[int]) -> pl.DataFrame:
    """Span i (from 1) with the id i; parent 0 is none."""
    size = len(parents)
    return pl.DataFrame(
        {
            "TraceId": ["t"] * size,
            "SpanId": [f"{i + 1:016x}" for i in range(size)],
            "ParentSpanId": [f"{p:016x}" if p else "" for p in parents],
            "SpanKind": ["Internal"] * size,
            "Process": ["p"] * size,
            "StartNs": [BASE + start for start in starts],
            "DurationNs": pl.Series(durations, dtype=pl.UInt64),
        }
    )


def test_a_chain_50_000_deep() -> None:
    frame = spans(list(range(SIZE)), list(range(SIZE)), [2 * (SIZE - i) for i in range(SIZE)])
    found = find_paths(frame, PathOptions())
    assert found.spans["Depth"].max() == SIZE - 1
    assert found.sections.height == 2 * SIZE - 1
    assert found.spans["PathNs"].to_list() == [2] * SIZE


def test_50_000_children_one_after_the_other() -> None:
    frame = spans([0, *[1] * SIZE], [0, *range(0, 10 * SIZE, 10)], [10 * SIZE, *[9] * SIZE])
    found = find_paths(frame, PathOptions())
    assert found.sections.height == 2 * SIZE
    assert found.spans["PathNs"].to_list() == [SIZE, *[9] * SIZE]


def test_50_000_children_at_once() -> None:
    frame = spans([0, *[1] * SIZE], [0] * (SIZE + 1), [SIZE, *range(SIZE)])
    found = find_paths(frame, PathOptions())
    on_path = found.sections.filter(pl.col("EndNs") > pl.col("StartNs"))
    assert on_path["SpanId"].to_list()[:2] == [f"{1:016x}", f"{SIZE + 1:016x}"]


MODES = [
    PathOptions(),
    PathOptions(overlap_tolerance=0.0, outliving="clip", skew="none"),
    PathOptions(overlap_tolerance=0.5, outliving="detach"),
    PathOptions(streaming=True),
]


@pytest.mark.parametrize("options", MODES)
def test_50_000_children_with_equal_times_in_every_mode(options: PathOptions) -> None:
    frame = spans([0, *[1] * SIZE], [0] * (SIZE + 1), [10] * (SIZE + 1))
    found = find_paths(frame, options)
    assert found.sections["SpanId"].to_list() == [f"{2:016x}"]
    assert found.spans["SlackNs"].to_list() == [0] * (SIZE + 1)
    assert found.spans["DragNs"].sum() == 0


@pytest.mark.parametrize("options", MODES)
def test_50_000_proven_steps_in_every_mode(options: PathOptions) -> None:
    # Each step names the one before it, and a rival that ran beside that one.
    parents = [0, *[1] * SIZE]
    starts = [0, *(10 * (i // 2) for i in range(SIZE))]
    lengths = [5 * SIZE, *(8 + i % 2 for i in range(SIZE))]
    frame = spans(parents, starts, lengths)
    before: list[list[str]] = [
        [],
        *([f"{i:016x}"] if i > 2 and i % 2 == 0 else [] for i in range(2, SIZE + 2)),
    ]
    frame = frame.with_columns(
        AfterSpanIds=pl.Series(before, dtype=pl.List(pl.String)),
        AfterEvidence=pl.Series([["data"] * len(one) for one in before]),
    )
    found = find_paths(frame, options)
    assert found.spans["PathNs"].sum() == 5 * SIZE


def test_proven_steps_50_000_deep_with_edges_across() -> None:
    # Two chains below the root, each span of the second with an edge to one of the first.
    half = SIZE // 2
    parents = [0, *[1, *range(2, half + 1)], *[1, *range(half + 2, 2 * half + 1)]]
    starts = [0, *range(half), *(4 * half + i for i in range(half))]
    lengths = [9 * half, *(2 * half - 2 * i for i in range(half)), *(half - i for i in range(half))]
    frame = spans(parents, starts, lengths)
    before: list[list[str]] = [[]] * (half + 1) + [[f"{2 + i:016x}"] for i in range(half)]
    frame = frame.with_columns(
        AfterSpanIds=pl.Series(before, dtype=pl.List(pl.String)),
        AfterEvidence=pl.Series([["data"] * len(one) for one in before]),
    )
    found = find_paths(frame, PathOptions())
    assert found.sections["Evidence"].value_counts().filter(Evidence="data")["count"].item() >= 1
    assert found.spans["PathNs"].sum() == 9 * half


def test_a_cycle_of_50_000() -> None:
    frame = spans([SIZE, *range(1, SIZE)], [0] * SIZE, [10] * SIZE)
    found = find_paths(frame, PathOptions()).spans
    assert found.filter("IsRoot")["Flags"].to_list() == [["cycle"]]


@pytest.mark.parametrize("start", [-(2**63), 0, 2**63 - 1])
@pytest.mark.parametrize("duration", [0, 2**63 - 1, 2**64 - 1])
def test_the_ends_of_the_number_range(start: int, duration: int) -> None:
    frame = spans([0, 1, 2], [0, 0, 0], [duration, 5, duration]).with_columns(
        StartNs=pl.Series([start, 2**63 - 1, -(2**63)]),
        SpanKind=pl.Series(["Client", "Server", "Internal"]),
        Process=pl.Series(["p", "q", "r"]),
    )
    found = find_paths(frame, PathOptions())
    root = found.sections.filter(pl.col("RootSpanId") == f"{1:016x}")
    length = min(duration, 2**63 - 1 - max(start, 0))
    assert (root["EndNs"] - root["StartNs"]).sum() == length
    assert all("clock" in flags for flags in found.spans["Flags"].to_list())
