"""`longpole normalize` of every recorded or synthetic export gives the facts stated beside it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from capture_facts import NAMED, OWN, Fact, acceptable, by_span, facts, folders, wrong
from running import LONGPOLE, environment

GIVEN = OWN.parents[3] / "shared" / "data" / "captures"
WITHOUT = "the recorded exports (shared/data/captures) are not beside the repository"
Records = dict[tuple[str, str], Mapping[str, Any]]
CASES = [pytest.param(folder, id=folder.name) for folder in folders(OWN)]
GIVEN_CASES = [pytest.param(folder, id=folder.name) for folder in folders(GIVEN)] or [
    pytest.param(GIVEN, marks=pytest.mark.skip(reason=WITHOUT))
]


@pytest.fixture(scope="session")
def normalised() -> Callable[[Path], Records]:
    """The records of every export below a folder; one process for all of them."""

    @cache
    def run(root: Path) -> Records:
        done = subprocess.run(
            [*LONGPOLE, "normalize", str(root)],
            capture_output=True, text=True, timeout=280, env=environment(), check=True,
        )  # fmt: skip
        return by_span(json.loads(done.stdout))

    return run


@pytest.mark.parametrize("folder", CASES)
def test_capture(folder: Path, normalised: Callable[[Path], Records]) -> None:
    assert differences(normalised(OWN), folder) == []


@pytest.mark.parametrize("folder", GIVEN_CASES)
def test_given_capture(folder: Path, normalised: Callable[[Path], Records]) -> None:
    assert differences(normalised(GIVEN), folder) == []


@pytest.mark.parametrize("field", ["input_tokens", "output_tokens"])
def test_what_is_counted_adds_up_to_what_was_used(
    field: str, normalised: Callable[[Path], Records]
) -> None:
    compared = {}
    for folder in folders(OWN):
        stated = facts(folder)["spans"]
        if all(is_settled(fact, field) for fact in stated):
            records = [normalised(OWN)[fact["trace_id"], fact["span_id"]] for fact in stated]
            compared[folder.name] = (
                total(records, field),
                total(stated, field),
            )
    assert len(compared) > 80  # most captures state it of every call
    assert {name: sums for name, sums in compared.items() if sums[0] != sums[1]} == {}


def test_every_canonical_field_is_asserted_by_a_capture(
    normalised: Callable[[Path], Records],
) -> None:
    stated = {
        NAMED.get(field, field)
        for folder in folders(OWN)
        for fact in facts(folder)["spans"]
        for field, values in acceptable(fact)
        if any(value not in (None, []) for value in values)
    }
    shown = {NAMED.get(field, field) for one in normalised(OWN).values() for field in one}
    assert shown - stated - ABOUT_THE_SPAN - CONTENT - PRICED == set()


# Of the span itself, or made from prices and names whose own tests state them.
ABOUT_THE_SPAN = {"trace_id", "span_id", "parent_span_id", "name", "step"}
CONTENT = {"input", "output", "system", "tools"}
PRICED = {"price_source", "cost_computed_usd", "cost_input_usd", "cost_output_usd", "cost_source"}


def differences(records: Records, folder: Path) -> list[str]:
    """What the records say otherwise than the facts of a capture, and spans nobody stated."""
    stated = facts(folder)["spans"]
    assert stated or facts(folder).get("logs")
    return [
        line
        for fact in stated
        for line in wrong(records.get((fact["trace_id"], fact["span_id"])), fact)
    ]


def is_settled(fact: Fact, field: str) -> bool:
    """Whether one count of a model's call is stated, if it counts at all."""
    if fact.get("counted") is True:
        return field in fact or (field, fact["kind"]) == ("output_tokens", "embedding")
    return fact.get("counted") is False or fact.get("kind") not in (None, "llm", "embedding")


def total(said: Iterable[Fact], field: str) -> int:
    """What records or facts that count have used together."""
    return sum(each[field] or 0 for each in said if each.get("counted"))
