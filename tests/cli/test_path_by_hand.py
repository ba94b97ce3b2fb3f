"""Paths worked out by hand from the rules of docs/critical-path.md, before the code was asked."""

from __future__ import annotations

from typing import Any

import pytest

from longpole.analytics.critical_path import PathOptions
from longpole.cli.critical_path import find_in_table
from longpole.cli.spanfiles.reading import of_content

Section = tuple[str, int, int]
MS = 1_000_000
S = 1_000 * MS
CLIP = {"outliving": "clip"}
DETACH = {"outliving": "detach"}
H1, H2 = {"host": "h1"}, {"host": "h2"}
CLIENT, SERVER = {**H1, "kind": "client"}, {**H2, "kind": "server"}


def span(name: str, parent: str | None, start: int, end: int, **more: object) -> dict[str, Any]:
    return {"id": name, "parent": parent, "start": start, "end": end, **more}


def found(spans: list[dict[str, Any]], modes: dict[str, Any]) -> dict[str, Any]:
    return find_in_table(of_content({"spans": spans}, "case"), PathOptions(**modes))[0]


def paths(spans: list[dict[str, Any]], **modes: object) -> list[list[Section]]:
    forwards, backwards = (
        [
            [(one["span"], one["start"], one["end"]) for one in root["sections"]]
            for root in found(given, modes)["roots"]
        ]
        for given in (spans, spans[::-1])
    )
    assert forwards == backwards  # what is read first must not matter
    return forwards


R = span("R", None, 0, 100)
TIES = {
    "equal ends: the earliest start": (
        [R, span("a", "R", 50, 80), span("b", "R", 20, 80)],
        [("R", 80, 100), ("b", 20, 80), ("R", 0, 20)],
    ),
    "equal spans: the smallest id": (
        [R, span("b", "R", 20, 80), span("a", "R", 20, 80)],
        [("R", 80, 100), ("a", 20, 80), ("R", 0, 20)],
    ),
    "no length at the end": (
        [R, span("a", "R", 40, 100), span("z", "R", 100, 100)],
        [("z", 100, 100), ("a", 40, 100), ("R", 0, 40)],
    ),
    "no length at the start": (
        [R, span("a", "R", 0, 50), span("z", "R", 0, 0)],
        [("R", 50, 100), ("a", 0, 50), ("z", 0, 0)],
    ),
    "no length between, twice": (
        [R, span("a", "R", 2, 5), span("y", "R", 5, 5), span("b", "R", 5, 8), span("z", "R", 5, 5)],
        [("R", 8, 100), ("b", 5, 8), ("y", 5, 5), ("z", 5, 5), ("a", 2, 5), ("R", 0, 2)],
    ),
    "no length below one of no length": (
        [R, span("a", "R", 50, 50), span("b", "a", 50, 50)],
        [("R", 50, 100), ("b", 50, 50), ("R", 0, 50)],
    ),
    "a root of no length": ([span("z", None, 7, 7)], [("z", 7, 7)]),
    "back to back": (
        [R, span("a", "R", 0, 30), span("b", "R", 30, 60), span("c", "R", 60, 100)],
        [("c", 60, 100), ("b", 30, 60), ("a", 0, 30)],
    ),
    "a longer one beside is passed over": (
        [R, span("a", "R", 0, 60), span("b", "R", 10, 40), span("c", "R", 45, 90),
         span("below a", "a", 5, 44)],
        [("R", 90, 100), ("c", 45, 90), ("R", 40, 45), ("b", 10, 40), ("R", 0, 10)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TIES)
def test_ties(name: str) -> None:
    spans, expected = TIES[name]
    assert paths(spans) == [expected]
    assert paths(spans, overlap_tolerance=0) == [expected]


L = span("R", None, 0, 1_000)  # a tolerance of 10
B, LAST = span("b", "R", 500, 900), [("R", 900, 1_000), ("b", 500, 900)]
TOLERATED = {
    "cut, and what is below it too": (
        [span("a", "R", 100, 510), span("g", "a", 480, 505)],
        [("g", 480, 500), ("a", 100, 480), ("R", 0, 100)],
    ),
    "what lies beyond the cut is off the path": (
        [span("a", "R", 100, 510), span("g", "a", 480, 495), span("h", "a", 502, 508)],
        [("a", 495, 500), ("g", 480, 495), ("a", 100, 480), ("R", 0, 100)],
    ),
    "one that begins where the next does is none before it": (
        [span("a", "R", 500, 505)], [("R", 0, 500)],
    ),
    "one that begins after the next is none before it": (
        [span("a", "R", 502, 505), span("z", "R", 505, 505)], [("R", 0, 500)],
    ),
    "one within the other": ([span("a", "R", 600, 700)], [("R", 0, 500)]),
    "each of three by the tolerance": (
        [span("a", "R", 100, 310), span("c", "R", 300, 510)],
        [("c", 300, 500), ("a", 100, 300), ("R", 0, 100)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLERATED)
def test_overlaps(name: str) -> None:
    spans, expected = TOLERATED[name]
    assert paths([L, B, *spans]) == [[*LAST, *expected]]


def test_a_link_between_siblings_goes_before_order() -> None:
    spans = [R, span("a", "R", 10, 40), span("b", "R", 20, 50)]
    by_order = [("R", 90, 100), ("c", 60, 90), ("R", 50, 60), ("b", 20, 50), ("R", 0, 20)]
    linked = [("R", 90, 100), ("c", 60, 90), ("R", 40, 60), ("a", 10, 40), ("R", 0, 10)]
    for links, expected in (([], by_order), (["a"], linked), (["R"], by_order)):
        assert paths([*spans, span("c", "R", 60, 90, links=links)]) == [expected]


def test_numbers_as_ids_are_ordered_as_numbers() -> None:
    for one, other, first in ((9, 10, 9), ("9", "10", "10")):
        spans = [{"id": 1 if isinstance(one, int) else "1", "start": 0, "duration": 100}]
        spans += [{"id": i, "parent": 1, "start": 5, "duration": 9} for i in (one, other)]
        [root] = found(spans, {})["roots"]
        assert root["sections"][1]["span"] == first


def overlapping(parent: int, overlap: int, **modes: object) -> bool:
    """Whether a sibling that ends `overlap` after the next one's start is its predecessor."""
    half = parent // 2
    spans = [span("R", None, 0, parent), span("b", "R", half, parent),
             span("a", "R", 0, half + overlap)]  # fmt: skip
    alone, both = [("b", half, parent), ("R", 0, half)], [("b", half, parent), ("a", 0, half)]
    [path] = paths(spans, **modes)
    assert path in (alone, both)
    return path == both


@pytest.mark.parametrize(
    ("parent", "most", "modes"),
    [
        (1_000, 10, {}), (150, 1, {}), (99, 0, {}), (100 * MS, MS, {}), (200 * MS, 2 * MS, {}),
        (1_000 * MS, 2 * MS, {}), (1_000, 0, {"overlap_tolerance": 0}),
        (1_000 * MS, 10 * MS, {"overlap_tolerance": 0.01}), (100, 29, {"overlap_tolerance": 0.29}),
        (2**61, 2 * MS, {}),
    ],
)  # fmt: skip
def test_siblings_may_overlap_up_to_the_tolerance(
    parent: int, most: int, modes: dict[str, Any]
) -> None:
    assert overlapping(parent, most, **modes)
    assert not overlapping(parent, most + 1, **modes)


CUT, LEFT = [("a", 50, 100), ("R", 0, 50)], [("R", 0, 100)]


@pytest.mark.parametrize(
    ("parent", "child", "auto", "detach"),
    [(H1, H1, LEFT, LEFT), (H1, H2, CUT, LEFT), ({}, {}, CUT, LEFT), (H1, {}, CUT, LEFT)],
)
def test_a_child_that_outlives_its_parent(
    parent: dict[str, str], child: dict[str, str], auto: list[Section], detach: list[Section]
) -> None:
    spans = [R | parent, span("a", "R", 50, 150, service="s", **child)]
    assert paths(spans) == [auto]
    assert paths(spans, **CLIP) == [CUT]
    assert paths(spans, **DETACH) == [detach]


def test_what_was_done_to_the_times_of_a_hop_is_its_evidence() -> None:
    for host, kind, evidence in (({}, "", "clipped"), (H2, "", "clipped"), (H2, "server", "skew")):
        spans = [R | CLIENT, span("a", "R", 50, 110, **host, kind=kind)]
        [root] = found(spans, {})["roots"]
        of_a = [one["evidence"] for one in root["sections"] if one["span"] == "a"]
        assert of_a == [evidence]


def test_one_that_outlives_it_within_the_tolerance_was_awaited() -> None:
    for end, expected in ((1_010, [("a", 500, 1_000), ("R", 0, 500)]), (1_011, [("R", 0, 1_000)])):
        spans = [span("R", None, 0, 1_000, **H1), span("a", "R", 500, end, **H1)]
        assert paths(spans) == [expected]


CLIPPED = {
    "the grandchild to the cut parent": (
        [span("a", "R", 50, 150), span("b", "a", 60, 140)],
        [("b", 60, 100), ("a", 50, 60), ("R", 0, 50)],
    ),
    "a grandchild outside the cut parent": (
        [span("a", "R", 50, 150), span("b", "a", 120, 140)],
        [("a", 50, 100), ("R", 0, 50)],
    ),
    "before the start": (
        [span("a", "R", -20, 30), span("b", "a", -10, 20)],
        [("R", 30, 100), ("a", 20, 30), ("b", 0, 20)],
    ),
    "both sides": ([span("a", "R", -20, 130)], [("a", 0, 100)]),
    "wholly after, and what is below": (
        [span("a", "R", 100, 130), span("b", "a", 10, 20)], [("R", 0, 100)],
    ),
    "wholly before": ([span("a", "R", -9, 0)], [("R", 0, 100)]),
    "cut, it ends with another, which began later": (
        [span("a", "R", 50, 150), span("b", "R", 60, 100)], [("a", 50, 100), ("R", 0, 50)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLIPPED)
@pytest.mark.parametrize("modes", [{}, CLIP])
def test_clipped(name: str, modes: dict[str, Any]) -> None:
    spans, expected = CLIPPED[name]
    assert paths([R, *spans], **modes) == [expected]


def test_a_span_of_no_length_at_its_parents_end_is_outside_when_cutting() -> None:
    spans = [R, span("z", "R", 100, 100)]
    assert paths(spans, **CLIP) == [[("R", 0, 100)]]


SKEWED = {
    "to the middle, and what is below": (
        [span("s", "c", 150, 210, **SERVER), span("g", "s", 160, 180, **H2)],
        [("c", 80, 100), ("s", 50, 80), ("g", 30, 50), ("s", 20, 30), ("c", 0, 20)],
    ),
    "one after the other, to a third host": (
        [span("s", "c", 150, 210, **SERVER), span("d", "s", 160, 200, **H2, kind="client"),
         span("t", "d", 300, 320, host="h3", kind="server")],
        [("c", 80, 100), ("s", 70, 80), ("d", 60, 70), ("t", 40, 60), ("d", 30, 40), ("s", 20, 30),
         ("c", 0, 20)],
    ),
    "from before": (
        [span("s", "c", -50, 10, **SERVER)], [("c", 80, 100), ("s", 20, 80), ("c", 0, 20)],
    ),
    "one that fits stays": (
        [span("s", "c", 40, 100, **SERVER)], [("s", 40, 100), ("c", 0, 40)],
    ),
    "longer than its parent": ([span("s", "c", 50, 151, **SERVER)], [("s", 50, 100), ("c", 0, 50)]),
    "as long as its parent": ([span("s", "c", 50, 150, **SERVER)], [("s", 0, 100)]),
    "one second": (
        [span("s", "c", S + 20, S + 80, **SERVER)], [("c", 80, 100), ("s", 20, 80), ("c", 0, 20)],
    ),
    "more than one second": ([span("s", "c", S + 21, S + 81, **SERVER)], [("c", 0, 100)]),
    "no server": ([span("s", "c", 50, 110, **H2)], [("s", 50, 100), ("c", 0, 50)]),
    "the same host": (
        [span("s", "c", 50, 110, **H1, kind="server")], [("c", 0, 100)],
    ),
    "host unknown": ([span("s", "c", 50, 110, kind="server")], [("s", 50, 100), ("c", 0, 50)]),
}  # fmt: skip


@pytest.mark.parametrize("name", SKEWED)
def test_skew_of_one_call(name: str) -> None:
    spans, expected = SKEWED[name]
    assert paths([span("c", None, 0, 100, **CLIENT), *spans]) == [expected]


def calls(*servers: tuple[int, int]) -> list[list[Section]]:
    spans = [
        one | {"trace": f"t{number}"}
        for number, (start, end) in enumerate(servers)
        for one in (span("c", None, 0, 100, **CLIENT), span("s", "c", start, end, **SERVER))
    ]
    return paths(spans)


def test_the_offset_of_two_clocks_is_that_of_all_their_calls() -> None:
    together = calls(*[(510, 590)] * 4, (520, 540))
    assert together[0] == [("c", 90, 100), ("s", 10, 90), ("c", 0, 10)]
    assert together[4] == [("c", 40, 100), ("s", 20, 40), ("c", 0, 20)]  # the middle would be 40
    assert calls((520, 540)) == [[("c", 60, 100), ("s", 40, 60), ("c", 0, 40)]]


def test_one_call_that_sticks_out_among_clocks_that_agree_is_no_skew() -> None:
    assert calls(*[(10, 90)] * 4, (50, 120))[4] == [("s", 50, 100), ("c", 0, 50)]


LOOSE = {
    "a consumer and all below": (
        [span("p", "R", 0, 50, kind="producer"), span("k", "p", 10, 90, kind="consumer"),
         span("t", "k", 20, 30)],
        [("R", 50, 100), ("p", 0, 50)],
    ),
    "a consumer below no producer": (
        [span("k", "R", 10, 90, kind="consumer")], [("R", 90, 100), ("k", 10, 90), ("R", 0, 10)],
    ),
    "a server below a producer": (
        [span("p", "R", 0, 50, kind="producer"), span("k", "p", 10, 40, kind="server")],
        [("R", 50, 100), ("p", 40, 50), ("k", 10, 40), ("p", 0, 10)],
    ),
    "follows from": (
        [span("a", "R", 10, 60, ref="FOLLOWS_FROM"), span("b", "a", 20, 30)], [("R", 0, 100)],
    ),
    "a link only": ([span("a", None, 10, 60, links=["R"])], [("R", 0, 100)]),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOSE)
@pytest.mark.parametrize("modes", [{}, CLIP, DETACH])
def test_who_is_not_awaited(name: str, modes: dict[str, Any]) -> None:
    spans, expected = LOOSE[name]
    assert paths([R, *spans], **modes) == [expected]


TREES = {
    "a parent that is missing": (
        [R, span("o", "gone", 20, 60), span("p", "o", 30, 40)],
        [[("R", 0, 100)], [("o", 40, 60), ("p", 30, 40), ("o", 20, 30)]],
    ),
    "its own parent": ([span("a", "a", 0, 10)], [[("a", 0, 10)]]),
    "a circle of two": (
        [span("b", "a", 2, 8), span("a", "b", 0, 10)], [[("a", 8, 10), ("b", 2, 8), ("a", 0, 2)]],
    ),
    "a circle of three, and one below": (
        [span("b", "a", 1, 9), span("c", "b", 2, 8), span("a", "c", 0, 10), span("d", "c", 3, 4)],
        [[("a", 9, 10), ("b", 8, 9), ("c", 4, 8), ("d", 3, 4), ("c", 2, 3), ("b", 1, 2),
          ("a", 0, 1)]],
    ),
    "an id twice: the longest": (
        [R, span("a", "R", 10, 20), span("a", "R", 10, 60)],
        [[("R", 60, 100), ("a", 10, 60), ("R", 0, 10)]],
    ),
    "two roots": ([R, span("q", None, 40, 50)], [[("R", 0, 100)], [("q", 40, 50)]]),
    "a link to what had ended": (
        [R, span("a", None, 150, 160, links=["R"])], [[("R", 0, 100)], [("a", 150, 160)]],
    ),
}  # fmt: skip
FLAGGED = {"a parent that is missing": "incomplete", "an id twice: the longest": "duplicate_id",
           "its own parent": "cycle", "a circle of two": "cycle",
           "a circle of three, and one below": "cycle"}  # fmt: skip


@pytest.mark.parametrize("name", TREES)
def test_trees(name: str) -> None:
    spans, expected = TREES[name]
    assert paths(spans) == expected
    answer = found(spans, {})
    flags = {flag for one in answer["spans"] for flag in one["flags"]}
    assert flags == ({FLAGGED[name]} if name in FLAGGED else set())
    assert len(answer["warnings"]) == (name in FLAGGED)


@pytest.mark.parametrize("name", ["\x00", "a\nb", "\N{COLLISION SYMBOL}", "__proto__", "x" * 9_999,
                                  " ", "-1", "<b>", "\ud800", "0" * 16])  # fmt: skip
def test_any_text_is_an_id(name: str) -> None:
    spans = [R, span(name, "R", 10, 60), span("below", name, 20, 30)]
    assert paths(spans) == [
        [("R", 60, 100), (name, 30, 60), ("below", 20, 30), (name, 10, 20), ("R", 0, 10)]
    ]


def streamed(begins: int, **model: object) -> list[Section]:
    spans = [R, span("m", "R", 10, 60, **model), span("t", "R", begins, 80)]
    [path] = paths(spans, streaming=True)
    return [one for one in path if one[0] != "t" and one[2] <= begins]


def test_streaming() -> None:
    llm = {"kind": "llm", "first_token": 30}
    assert streamed(40, **llm) == [("m", 30, 40), ("m", 10, 30), ("R", 0, 10)]
    assert streamed(30, **llm) == [("m", 10, 30), ("R", 0, 10)]
    assert streamed(29, **llm) == [("R", 0, 29)]
    assert streamed(29, kind="llm") == [("m", 10, 29), ("R", 0, 10)]
    assert streamed(29, kind="tool") == [("R", 0, 29)]


@pytest.mark.parametrize(("token", "parts"), [(10, 1), (11, 2), (59, 2), (60, 1)])
def test_a_first_token_at_either_end_splits_nothing(token: int, parts: int) -> None:
    [path] = paths([R, span("m", "R", 10, 60, kind="llm", first_token=token)])
    assert sum(one[0] == "m" for one in path) == parts


def jaeger(*spans: tuple[str, str, int, int, dict[str, Any]]) -> list[Section]:
    items = [
        {"spanID": name, "operationName": name, "startTime": start, "duration": length,
         "processID": more.get("process", ""), "references": more.get("references") or (
             [{"refType": "CHILD_OF", "traceID": "t", "spanID": parent}] if parent else []),
         "tags": [{"key": "span.kind", "type": "string", "value": more.get("kind", "")}]}
        for name, parent, start, length, more in spans
    ]  # fmt: skip
    processes = {
        host: {"serviceName": "s", "tags": [{"key": "hostname", "value": host}]}
        for host in ("h1", "h2")
    }
    content = {"data": [{"traceID": "t", "spans": items, "processes": processes}]}
    answer, _ = find_in_table(of_content(content, "case"), PathOptions())
    [root] = answer["roots"]
    return [(one["span"], one["start"], one["end"]) for one in root["sections"]]


@pytest.mark.parametrize(("parent", "most"), [(150, 1), (100_000, 1_000), (1_000_000, 2_000)])
def test_overlaps_in_jaegers_microseconds(parent: int, most: int) -> None:
    half = parent // 2
    for overlap, before in ((most, "a"), (most + 1, "R")):
        path = jaeger(("R", "", 0, parent, {}), ("b", "R", half, parent - half, {}),
                      ("a", "R", 0, half + overlap, {}))  # fmt: skip
        assert path == [("b", half, parent), (before, 0, half)]


def test_skew_in_jaegers_microseconds_is_rounded_down_and_sums_up() -> None:
    client = {"process": "h1", "kind": "client"}
    server = {"process": "h2", "kind": "server"}
    path = jaeger(("c", "", 0, 100, client), ("s", "c", 150, 61, server))  # to 19.5 and 80.5
    assert path == [("c", 80, 100), ("s", 19, 80), ("c", 0, 19)]


def test_jaegers_follower_with_a_parent_too_has_the_parent() -> None:
    references = [{"refType": kind, "traceID": "t", "spanID": name}
                  for kind, name in (("FOLLOWS_FROM", "a"), ("CHILD_OF", "R"))]  # fmt: skip
    path = jaeger(("R", "", 0, 100, {}), ("a", "R", 10, 20, {}),
                  ("b", "R", 40, 20, {"references": references}))  # fmt: skip
    assert path == [("R", 60, 100), ("b", 40, 60), ("R", 30, 40), ("a", 10, 30), ("R", 0, 10)]
