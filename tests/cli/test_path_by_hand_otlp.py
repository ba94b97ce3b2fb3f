"""The same for OTLP: paths worked out by hand, in one file that one process reads."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

Section = tuple[str, int, int]
BASE = 1_700_000_000 * 10**9
MS, S = 10**6, 10**9
INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = range(1, 6)
Spec = dict[str, Any]


def span(
    name: str, parent: str, start: int, end: int, kind: int = INTERNAL, on: str = "", **more: object
) -> Spec:
    return {"name": name, "parent": parent, "start": start, "end": end, "kind": kind, "on": on,
            **more}  # fmt: skip


def overlapping(parent: int, overlap: int) -> list[Spec]:
    half = parent // 2
    return [span("R", "", 0, parent), span("b", "R", half, parent),
            span("a", "R", 0, half + overlap)]  # fmt: skip


def with_half(parent: int, before: str) -> list[Section]:
    return [("b", parent // 2, parent), (before, 0, parent // 2)]


R = span("R", "", 0, 100)
ONE = span("R", "", 0, 100, on="one")
CASES: dict[str, tuple[list[Spec], list[list[Section]]]] = {
    "1 % of the parent": (overlapping(100 * MS, MS), [with_half(100 * MS, "a")]),
    "more than 1 %": (overlapping(100 * MS, MS + 1), [with_half(100 * MS, "R")]),
    "2 ms": (overlapping(S, 2 * MS), [with_half(S, "a")]),
    "more than 2 ms": (overlapping(S, 2 * MS + 1), [with_half(S, "R")]),
    "outlives in one process": ([ONE, span("a", "R", 50, 150, on="one")], [[("R", 0, 100)]]),
    "outlives on another": (
        [ONE, span("a", "R", 50, 150, on="two")], [[("a", 50, 100), ("R", 0, 50)]],
    ),
    "outlives, process unknown": (
        [R, span("a", "R", 50, 150)], [[("a", 50, 100), ("R", 0, 50)]],
    ),
    "no length at the end": (
        [R, span("z", "R", 100, 100), span("a", "R", 40, 100)],
        [[("z", 100, 100), ("a", 40, 100), ("R", 0, 40)]],
    ),
    "back to back, clocks of 1 ms": (
        [span("R", "", 0, 30 * MS),
         *(span(f"s{at}", "R", at * MS, (at + 10) * MS) for at in (0, 10, 20))],
        [[("s20", 20 * MS, 30 * MS), ("s10", 10 * MS, 20 * MS), ("s0", 0, 10 * MS)]],
    ),
    "a consumer": (
        [R, span("p", "R", 0, 50, PRODUCER), span("k", "p", 10, 40, CONSUMER),
         span("t", "k", 20, 30)],
        [[("R", 50, 100), ("p", 0, 50)]],
    ),
    "skew": (
        [span("c", "", 0, 100, CLIENT, "one"), span("s", "c", 150, 210, SERVER, "two"),
         span("g", "s", 160, 180, on="two")],
        [[("c", 80, 100), ("s", 50, 80), ("g", 30, 50), ("s", 20, 30), ("c", 0, 20)]],
    ),
    "a link only": ([R, span("a", "", 10, 60, links=["R"])], [[("R", 0, 100)]]),
    "a parent that is missing": (
        [R, span("o", "gone", 20, 60)], [[("R", 0, 100)], [("o", 20, 60)]],
    ),
    "a circle": (
        [span("a", "b", 0, 10), span("b", "a", 2, 8)], [[("a", 8, 10), ("b", 2, 8), ("a", 0, 2)]],
    ),
    "an id twice": (
        [R, span("a", "R", 10, 20), span("a", "R", 10, 60)],
        [[("R", 60, 100), ("a", 10, 60), ("R", 0, 10)]],
    ),
}  # fmt: skip


def id_of(name: str) -> str:
    return name.encode().hex().rjust(16, "0") if name else ""


def otlp(cases: dict[str, tuple[list[Spec], list[list[Section]]]]) -> dict[str, Any]:
    def written(number: int, one: Spec) -> dict[str, Any]:
        trace = f"{number + 1:032x}"
        return {
            "traceId": trace, "spanId": id_of(one["name"]), "parentSpanId": id_of(one["parent"]),
            "name": one["name"], "kind": one["kind"],
            "startTimeUnixNano": str(BASE + one["start"]),
            "endTimeUnixNano": str(BASE + one["end"]),
            "links": [{"traceId": trace, "spanId": id_of(to)} for to in one.get("links", ())],
        }  # fmt: skip

    def resource(on: str) -> dict[str, Any]:
        given = {"service.name": "s"} | ({"service.instance.id": on} if on else {})
        return {"attributes": [{"key": k, "value": {"stringValue": v}} for k, v in given.items()]}

    return {
        "resourceSpans": [
            {"resource": resource(one["on"]), "scopeSpans": [{"spans": [written(number, one)]}]}
            for number, (spans, _) in enumerate(cases.values())
            for one in spans
        ]
    }


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[Section]]]:
    file = tmp_path_factory.mktemp("otlp") / "spans.json"
    file.write_text(json.dumps(otlp(CASES)), "utf-8")
    command = [sys.executable, "-m", "longpole.cli", "critical-path", str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    names = list(CASES)
    found: dict[str, list[list[Section]]] = {name: [] for name in names}
    for root in json.loads(result.stdout)["roots"]:
        found[names[int(root["trace"], 16) - 1]].append(
            [
                (bytes.fromhex(one["span"]).strip(b"\0").decode(), one["start"] - BASE,
                 one["end"] - BASE)
                for one in root["sections"]
            ]
        )  # fmt: skip
    return found


@pytest.mark.parametrize("name", CASES)
def test_by_hand(answered: dict[str, list[list[Section]]], name: str) -> None:
    assert answered[name] == CASES[name][1]
