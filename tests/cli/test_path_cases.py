"""The published cases of Jaeger and CRISP through the command's own way, and where ours differ."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from longpole.analytics.critical_path import PathOptions
from longpole.cli.critical_path import find_in_table
from longpole.cli.spanfiles.reading import of_content

CASES = Path(__file__).parents[1] / "data" / "paths"
STRICT = PathOptions(overlap_tolerance=0, outliving="clip")
TOLERANT = PathOptions(overlap_tolerance=0.01, outliving="clip")


def cases(name: str) -> list[Any]:
    content = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return [pytest.param(case, id=case["name"]) for case in content["cases"]]


def sections(spans: list[dict[str, Any]], options: PathOptions) -> list[tuple[str, int, int]]:
    found, _ = find_in_table(of_content({"spans": spans}, "case"), options)
    [root] = found["roots"]
    return [(one["span"], one["start"], one["end"]) for one in root["sections"]]


def by_operation(spans: list[dict[str, Any]], options: PathOptions) -> dict[str, int]:
    names = {span["id"]: f"[{span['service']}] {span['operation']}" for span in spans}
    total: Counter[str] = Counter()
    for span, start, end in sections(spans, options):
        total[names[span]] += end - start
    return {name: length for name, length in total.items() if length}


def test_all_cases_are_here() -> None:
    assert len(cases("jaeger")) == 9
    assert len(cases("crisp")) == 33


@pytest.mark.parametrize("case", cases("jaeger"))
def test_jaeger(case: dict[str, Any]) -> None:
    assert sections(case["spans"], STRICT) == [tuple(one) for one in case["expected"]]


@pytest.mark.parametrize("case", cases("crisp"))
def test_crisp(case: dict[str, Any]) -> None:
    expected = case.get("without_overlap", case["expected"])
    options = TOLERANT if "without_overlap" in case else STRICT
    assert by_operation(case["spans"], options) == expected


@pytest.mark.parametrize("case", cases("crisp"))
def test_the_default_modes_answer_the_same(case: dict[str, Any]) -> None:
    expected = case.get("without_overlap", case["expected"])
    assert by_operation(case["spans"], PathOptions()) == expected


@pytest.mark.parametrize(
    "case", [one for one in cases("crisp") if "without_overlap" in one.values[0]]
)
def test_with_an_overlap_the_same_operations_are_on_the_path(case: dict[str, Any]) -> None:
    # CRISP counts the shared time twice and takes it from the parent, down to zero at most.
    ours, duration = case["without_overlap"], max(span["duration"] for span in case["spans"])
    assert sum(ours.values()) == duration
    for operation, length in case["expected"].items():
        assert abs(ours[operation] - length) <= 0.02 * duration


BACK_TO_BACK = [
    {"id": "A", "start": 0, "duration": 30},
    {"id": "B", "parent": "A", "start": 0, "duration": 10},
    {"id": "C", "parent": "A", "start": 10, "duration": 20},
]


def test_back_to_back_children_are_both_on_the_path() -> None:
    # Jaeger's strict comparison passes over B and charges its time to A.
    assert [one for one in sections(BACK_TO_BACK, STRICT) if one[1] < one[2]] == [
        ("C", 10, 30), ("B", 0, 10),
    ]  # fmt: skip
