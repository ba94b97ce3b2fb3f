"""Proven edges and links: who is taken as the predecessor, and how each hop is graded."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from longpole.analytics.critical_path import PathOptions, Paths, find_paths

BASE = 1_700_000_000 * 10**9
Row = tuple[str, str, int, int]
Hops = list[tuple[str, int, int, str]]
STRICT = PathOptions(overlap_tolerance=0.0)


def frame(*rows: Row, after: dict[str, dict[str, str]] | None = None, **more: Any) -> pl.DataFrame:  # noqa: ANN401
    """Spans of one trace; `after`: span -> source -> evidence."""
    said = [(after or {}).get(row[0], {}) for row in rows]
    lists = pl.List(pl.String)
    columns = {
        "TraceId": ["t"] * len(rows),
        "SpanId": [row[0] for row in rows],
        "ParentSpanId": [row[1] for row in rows],
        "SpanKind": ["Internal"] * len(rows),
        "Process": [""] * len(rows),
        "StartNs": [BASE + row[2] for row in rows],
        "DurationNs": pl.Series([row[3] - row[2] for row in rows], dtype=pl.UInt64),
        "AfterSpanIds": pl.Series([list(one) for one in said], dtype=lists),
        "AfterEvidence": pl.Series([list(one.values()) for one in said], dtype=lists),
    }
    return pl.DataFrame({**columns, **more})


def hops(spans: pl.DataFrame, options: PathOptions = STRICT) -> Hops:
    return [
        (row["SpanId"], row["StartNs"] - BASE, row["EndNs"] - BASE, row["Evidence"])
        for row in find_paths(spans, options).sections.to_dicts()
    ]


def flags(found: Paths) -> dict[str, list[str]]:
    return {row["SpanId"]: row["Flags"] for row in found.spans.to_dicts()}


# Two branches at once: a1 then a2, b1 then b2; b1 happened to end just before a2 began.
BRANCHES: tuple[Row, ...] = (
    ("r", "", 0, 100), ("a1", "r", 0, 40), ("a2", "r", 50, 100), ("b1", "r", 0, 48),
    ("b2", "r", 60, 90),
)  # fmt: skip


def test_times_alone_chain_two_branches_that_never_waited_for_each_other() -> None:
    assert hops(frame(*BRANCHES)) == [
        ("a2", 50, 100, "assumed"), ("r", 48, 50, "order"), ("b1", 0, 48, "order"),
    ]  # fmt: skip


@pytest.mark.parametrize("evidence", ["data", "link"])
def test_a_proven_source_wins_over_what_ran_beside_it(evidence: str) -> None:
    assert hops(frame(*BRANCHES, after={"a2": {"a1": evidence}, "b2": {"b1": "data"}})) == [
        ("a2", 50, 100, "assumed"), ("r", 40, 50, "order"), ("a1", 0, 40, evidence),
    ]  # fmt: skip


def test_the_last_ending_of_several_sources_is_taken() -> None:
    assert hops(frame(*BRANCHES, after={"a2": {"a1": "data", "b1": "link"}}))[2] == (
        "b1", 0, 48, "link",
    )  # fmt: skip


def test_serial_code_between_is_taken_by_order_and_leads_on_to_the_source() -> None:
    spans = frame(*BRANCHES, ("parse", "r", 41, 49), after={"a2": {"a1": "data"}})
    assert hops(spans) == [
        ("a2", 50, 100, "assumed"), ("r", 49, 50, "order"), ("parse", 41, 49, "order"),
        ("r", 40, 41, "order"), ("a1", 0, 40, "data"),
    ]  # fmt: skip
    # b1 ended after a1 and before `parse` would begin at 48.5: it still ran beside the source.
    late = frame(*BRANCHES, ("parse", "r", 48, 49), after={"a2": {"a1": "data"}})
    assert hops(late)[-2:] == [("r", 40, 48, "order"), ("a1", 0, 40, "data")]


def test_an_edge_between_cousins_holds_between_the_steps_above_them() -> None:
    spans = frame(
        ("r", "", 0, 100), ("s1", "r", 0, 40), ("t1", "s1", 5, 35), ("s2", "r", 50, 100),
        ("m2", "s2", 60, 95), ("other", "r", 0, 48), after={"m2": {"t1": "data"}},
    )  # fmt: skip
    assert [one for one in hops(spans) if one[0] in ("s1", "t1", "other")] == [
        ("s1", 35, 40, "data"), ("t1", 5, 35, "assumed"), ("s1", 0, 5, "data"),
    ]  # fmt: skip


def test_a_source_that_streams_is_cut_where_its_user_began() -> None:
    spans = frame(
        ("r", "", 0, 100), ("model", "r", 0, 60), ("tool", "r", 40, 100),
        after={"tool": {"model": "data"}},
    )  # fmt: skip
    assert hops(spans) == [("tool", 40, 100, "assumed"), ("model", 0, 40, "data")]


def test_a_source_inside_a_step_that_goes_on_counts_from_its_own_end() -> None:
    rows: tuple[Row, ...] = (
        ("r", "", 0, 100), ("s1", "r", 0, 90), ("t1", "s1", 5, 45), ("x1", "s1", 45, 90),
        ("s2", "r", 50, 100), ("early", "r", 0, 20),
    )  # fmt: skip
    assert hops(frame(*rows, after={"s2": {"t1": "data"}})) == [
        ("s2", 50, 100, "assumed"), ("x1", 45, 50, "assumed"), ("t1", 5, 45, "order"),
        ("s1", 0, 5, "data"),
    ]  # fmt: skip


def test_edges_without_sense_change_nothing() -> None:
    after = {
        "a1": {"a1": "data", "a2": "data", "gone": "data", "r": "link"},
        "a2": {"b2": "data", "b1": "hearsay"},
    }
    assert hops(frame(*BRANCHES, after=after)) == hops(frame(*BRANCHES))


def test_spans_without_length_that_name_each_other_end() -> None:
    spans = frame(
        ("r", "", 0, 10), ("a", "r", 5, 5), ("b", "r", 5, 5),
        after={"a": {"b": "data"}, "b": {"a": "data"}},
    )  # fmt: skip
    assert sorted(one[0] for one in hops(spans)) == ["a", "b", "r", "r"]


def test_what_the_parent_used_is_proven() -> None:
    spans = frame(*BRANCHES, after={"r": {"a2": "data"}})
    assert hops(spans)[0] == ("a2", 50, 100, "data")


FOLLOWS: tuple[Row, ...] = (("r", "", 0, 100), ("f", "r", 10, 60), ("g", "f", 20, 50))


def test_a_parent_known_by_follows_from_does_not_wait() -> None:
    spans = frame(*FOLLOWS, Reference=["child_of", "follows_from", "child_of"])
    assert hops(spans) == [("r", 0, 100, "order")]
    assert flags(find_paths(spans, STRICT)) == {"r": [], "f": ["detached"], "g": []}


@pytest.mark.parametrize("user", ["r", "h"])
def test_unless_its_result_was_used(user: str) -> None:
    rows = (*FOLLOWS, ("h", "r", 70, 90))
    reference = ["child_of", "follows_from", "child_of", "child_of"]
    spans = frame(*rows, after={user: {"g": "data"}}, Reference=reference)
    assert [one[0] for one in hops(spans)] == ["r", "h", "r", "f", "g", "f", "r"]


def test_a_use_in_a_later_step_counts_too() -> None:
    rows: tuple[Row, ...] = (
        ("r", "", 0, 100), ("p", "r", 0, 60), ("f", "p", 10, 50), ("q", "r", 60, 100),
    )  # fmt: skip
    reference = ["child_of", "child_of", "follows_from", "child_of"]
    spans = frame(*rows, after={"q": {"f": "data"}}, Reference=reference)
    assert [one[0] for one in hops(spans)] == ["q", "p", "f", "p"]


def test_a_span_that_only_links_hangs_on_what_it_links_to_and_is_not_awaited() -> None:
    spans = frame(*FOLLOWS[:2], ("l", "", 20, 150), LinkedSpanIds=[[], [], ["gone", "f"]])
    found = find_paths(spans, STRICT)
    assert dict(found.spans.select("SpanId", "RootSpanId").rows()) == {"r": "r", "f": "r", "l": "r"}
    assert flags(found)["l"] == ["detached"]
    assert found.roots["CompletionNs"].to_list() == [150]


def test_one_that_begins_when_all_was_over_is_a_root_of_its_own() -> None:
    spans = frame(*FOLLOWS[:2], ("l", "", 100, 150), LinkedSpanIds=[[], [], ["r"]])
    assert find_paths(spans, STRICT).roots["RootSpanId"].to_list() == ["l", "r"]


def test_links_in_a_circle_leave_the_earliest_as_root() -> None:
    spans = frame(("a", "", 0, 100), ("b", "", 10, 50), LinkedSpanIds=[["b"], ["a"]])
    found = find_paths(spans, STRICT)
    assert found.roots["RootSpanId"].to_list() == ["a"]
    assert flags(found) == {"a": [], "b": ["detached"]}


def test_a_root_that_links_to_its_own_child_stays_a_root() -> None:
    spans = frame(*FOLLOWS[:2], LinkedSpanIds=[["f"], []])
    found = find_paths(spans, STRICT)
    assert found.roots["RootSpanId"].to_list() == ["r"]
    assert flags(found) == {"r": [], "f": []}
