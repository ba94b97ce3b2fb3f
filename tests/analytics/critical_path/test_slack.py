"""Slack and drag: by hand, and against replays of small random traces."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from longpole.analytics.critical_path import PathOptions, Paths, find_paths

BASE = 1_700_000_000 * 10**9
Row = tuple[int, int, int, int]


def frame(rows: list[Row], **more: list[Any]) -> pl.DataFrame:
    """Spans of one trace from (id, parent or 0, start, end)."""
    columns = {
        "TraceId": ["t"] * len(rows),
        "SpanId": [f"{row[0]:016x}" for row in rows],
        "ParentSpanId": [f"{row[1]:016x}" if row[1] else "" for row in rows],
        "SpanKind": ["Internal"] * len(rows),
        "Process": [""] * len(rows),
        "StartNs": [BASE + row[2] for row in rows],
        "DurationNs": pl.Series([row[3] - row[2] for row in rows], dtype=pl.UInt64),
    }
    return pl.DataFrame({**columns, **more})


def numbers(found: Paths, column: str) -> list[int | None]:
    return found.spans[column].to_list()


STRICT = PathOptions(overlap_tolerance=0.0)


def test_what_ran_beside_has_the_difference_as_slack_and_limits_drag() -> None:
    rows = [(1, 0, 0, 100), (2, 1, 10, 40), (3, 1, 10, 70), (4, 1, 75, 95)]
    found = find_paths(frame(rows), STRICT)
    assert numbers(found, "SlackNs") == [0, 30, 0, 0]
    # 3 can only win 30, then 2 holds the end; the root's own 10 + 5 + 5 go without a rival.
    assert numbers(found, "DragNs") == [20, 0, 30, 20]
    assert numbers(found, "PathNs") == [20, 0, 60, 20]


def test_slack_is_limited_by_what_comes_after() -> None:
    rows = [(1, 0, 0, 100), (2, 1, 0, 90), (3, 1, 0, 20), (4, 1, 25, 60), (5, 1, 0, 23)]
    found = find_paths(frame(rows), STRICT)
    assert numbers(found, "SlackNs") == [0, 0, 33, 30, 30]
    assert numbers(found, "DragNs")[:2] == [10, 30]


def test_slack_reaches_into_spans_off_the_path() -> None:
    rows = [(1, 0, 0, 100), (2, 1, 0, 100), (3, 1, 10, 80), (4, 3, 20, 60), (5, 3, 20, 30)]
    assert numbers(find_paths(frame(rows), STRICT), "SlackNs") == [0, 0, 20, 20, 50]


def test_detached_spans_have_no_slack() -> None:
    rows = [(1, 0, 0, 100), (2, 1, 50, 150), (3, 2, 60, 90)]
    found = find_paths(frame(rows, Process=["p"] * 3), STRICT)
    assert numbers(found, "SlackNs") == [0, None, None]
    assert numbers(found, "DragNs") == [100, 0, 0]
    assert found.roots.select("WorkNs", "CompletionNs").rows() == [(100, 150)]


def test_work_is_more_than_the_duration_where_children_run_side_by_side() -> None:
    rows = [(1, 0, 0, 100), (2, 1, 0, 90), (3, 1, 10, 90), (4, 1, 20, 90)]
    assert find_paths(frame(rows), STRICT).roots.select("WorkNs", "CompletionNs").rows() == [
        (10 + 90 + 80 + 70, 100)
    ]


def test_a_proven_source_leaves_slack_to_what_ran_beside_it() -> None:
    rows = [(1, 0, 0, 100), (2, 1, 0, 40), (3, 1, 0, 48), (4, 1, 50, 100)]
    after = [[], [], [], [f"{2:016x}"]]
    proven = frame(rows, AfterSpanIds=after, AfterEvidence=[["data"] * len(a) for a in after])
    assert numbers(find_paths(proven, STRICT), "SlackNs") == [0, 0, 52, 0]
    assert numbers(find_paths(frame(rows), STRICT), "SlackNs") == [0, 8, 0, 0]


TIMES = st.one_of(st.integers(0, 8), st.integers(0, 60))
SPANS = st.lists(st.tuples(st.integers(0, 100), TIMES, TIMES, st.integers(0, 100)), max_size=9)


@pytest.mark.parametrize(("share", "streaming"), [(0.0, False), (0.1, False), (0.05, True)])
@pytest.mark.parametrize("edges", [False, True])
def test_slack_and_drag_are_what_a_replay_says(
    replay: ModuleType, share: float, streaming: bool, edges: bool
) -> None:
    @settings(deadline=None, max_examples=250)
    @given(SPANS)
    def agree(spans: list[tuple[int, int, int, int]]) -> None:
        rows: list[Row] = [(1, 0, 0, 60)]
        after: list[list[int]] = [[]]
        for place, (up, start, size, source) in enumerate(spans, 2):
            rows.append((place, 1 + up % (place - 1), start, start + size))
            after.append([1 + source % len(spans)] if edges and source % 3 else [])
        after = siblings(rows, after)
        found = find_paths(
            frame(
                rows,
                AfterSpanIds=[[f"{one:016x}" for one in said] for said in after],
                AfterEvidence=[["data"] * len(said) for said in after],
            ),
            PathOptions(overlap_tolerance=share, streaming=streaming),
        )
        mine = {int(row["SpanId"], 16): row for row in found.spans.to_dicts()}
        raw = {row[0]: row[3] - row[2] for row in rows}

        def grow(row: Row, lo: int, hi: int) -> object:
            kids = []
            for one in rows:
                k_lo, k_hi = max(one[2], lo), min(one[3], hi)
                if one[1] == row[0] and (k_lo < k_hi or (k_lo == k_hi and one[2] == one[3])):
                    kids.append(grow(one, k_lo, k_hi))
            release = row[2] if streaming else None
            proven = tuple(after[row[0] - 1])
            return replay.Node(row[0], lo, hi, row[3], tuple(kids), release, proven)

        root = grow(rows[0], 0, 60)

        def tolerance(node: object) -> int:
            return int(raw[node.id] * share)  # type: ignore[attr-defined]

        tree = replay.every(root)
        assume(not any(replay.taken_over(node, tolerance) for node in tree))
        for node in tree:
            assert mine[node.id]["DragNs"] <= mine[node.id]["PathNs"]
            if node.id != 1:
                assert mine[node.id]["SlackNs"] == replay.slack(root, node, tolerance), node
            if not share:
                drag = replay.drag(root, node, tolerance)
                assert mine[node.id]["DragNs"] == drag or (edges and mine[node.id]["DragNs"] < drag)
        known = {node.id for node in tree}
        assert all(mine[row[0]]["SlackNs"] is None for row in rows if row[0] not in known)

    agree()


def siblings(rows: list[Row], after: list[list[int]]) -> list[list[int]]:
    """The proven edges between two siblings; others are left to other tests."""
    parent = {row[0]: row[1] for row in rows}
    return [
        [s for s in said if parent[s] == row[1] and s != row[0]]
        for row, said in zip(rows, after, strict=True)
    ]
