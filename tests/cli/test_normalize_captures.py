"""`longpole normalize` of every recorded or synthetic export gives the facts stated beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from capture_facts import NAMED, OWN, Fact, acceptable, by_span, facts, folders, wrong
from running import LONGPOLE, environment

from longpole.core.semconv.declared import DECLARED

GIVEN = OWN.parents[3] / "shared" / "data" / "captures"
WITHOUT = "the recorded exports (shared/data/captures) are not beside the repository"
# Of the span itself, content, and the version of the prices.
OTHERS = {
    "trace_id", "span_id", "parent_span_id", "name", "step", "input", "output", "system", "tools",
    "price_source",
}  # fmt: skip
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
    assert shown - stated - OTHERS == set()


def test_every_declared_dialect_has_a_capture(normalised: Callable[[Path], Records]) -> None:
    seen = {record["dialect"] for record in normalised(OWN).values()}
    assert {rule.dialect for rule in DECLARED.dialects} - seen == set()


def test_a_wrong_fact_is_seen(normalised: Callable[[Path], Records]) -> None:
    folder = OWN / "synthetic-sglang"
    fact = next(one for one in facts(folder)["spans"] if one["name"].startswith("Req "))
    record = normalised(OWN)[fact["trace_id"], fact["span_id"]]
    assert wrong(record, fact) == []
    assert wrong(record, fact | {"max_tokens": 9}) == ["Req a1b2c3d4 max_tokens: None, not [9]"]
    assert wrong(None, fact) == ["Req a1b2c3d4: no record"]


def test_synthetic_captures_are_what_their_maker_makes(tmp_path: Path) -> None:
    maker = Path(__file__).parents[1] / "tools" / "captures" / "make_synthetic.py"
    subprocess.run([sys.executable, str(maker), str(tmp_path)], check=True)
    assert contents(tmp_path) == contents(OWN)


def contents(root: Path) -> dict[str, bytes]:
    """Every file of the synthetic captures below a folder."""
    return {str(file.relative_to(root)): file.read_bytes() for file in root.glob("synthetic-*/*")}


def differences(records: Records, folder: Path) -> list[str]:
    """What records say otherwise than the facts of a capture, and spans kept that should not be."""
    document = facts(folder)
    assert document["spans"] or document.get("logs")
    kept = [
        f"{one['name']}: kept"
        for one in document.get("dropped", ())
        if (one["trace_id"], one["span_id"]) in records
    ]
    return kept + [
        line
        for fact in document["spans"]
        for line in wrong(records.get((fact["trace_id"], fact["span_id"])), fact)
    ]


def is_settled(fact: Fact, field: str) -> bool:
    """Whether one count of a model's call is stated, if it counts at all."""
    if fact.get("counted") is True:
        return field in fact or (field, fact["kind"]) == ("output_tokens", "embedding")
    return fact.get("counted") is False or fact.get("kind") not in (None, "llm", "embedding")


def total(said: Iterable[Fact], field: str) -> int:
    """What records or facts that count have used together."""
    return sum(each.get(field) or 0 for each in said if each.get("counted"))
