"""New and growing variants on planted cases, and near misses that must stay silent."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from longpole.analytics.detect.frames import Detection
from longpole.analytics.profile.new_variants import COUNTS, find_new_variants
from longpole.analytics.profile.variant_limits import HOUR_NS, Split
from longpole.core.errors import InputError

DAY_NS = 24 * HOUR_NS
SPLIT = Split(0, 7 * DAY_NS, 8 * DAY_NS)
Sides = dict[str, tuple[int, int]]


def row(text: str, recent: bool, traces: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    begin = SPLIT.split_ns if recent else SPLIT.from_ns
    return {
        "Project": "p", "Service": "api", "Agent": "helper", "RootName": "run", "Name": text,
        "Text": text, "IsRecent": recent, "Traces": traces, "SumNs": traces * 1e9,
        "Priced": traces, "SumUsd": traces * 0.01, "FirstNs": begin,
        "LastNs": begin + DAY_NS - 1, "ExampleTraces": [f"{text}-{n}" for n in range(3)], **more,
    }  # fmt: skip


def find(rows: list[dict[str, Any]]) -> Detection:
    return find_new_variants(pl.DataFrame(rows, schema=COUNTS, orient="row"), SPLIT)


def sides(variants: Sides) -> list[dict[str, Any]]:
    """Rows of variants with their traces before and now."""
    return [
        row(text, recent, count)
        for text, counts in variants.items()
        for recent, count in zip((False, True), counts, strict=True)
        if count
    ]


def only(found: Detection) -> dict[str, Any]:
    assert found.findings.height == 1 and found.calm.is_empty()
    return found.findings.row(0, named=True)


def test_a_new_variant_is_told_with_its_share_time_and_money() -> None:
    slow = row("a>c", True, 20, SumNs=20 * 3e9, SumUsd=20 * 0.05)
    told = only(find([*sides({"a>b": (1000, 180)}), slow]))
    assert (told["Service"], told["Agent"], told["Step"], told["Operation"], told["Model"]) == (
        "api", "helper", "", "run", "",
    )  # fmt: skip
    assert told["Detector"] == "new_variant" and told["Attribution"] == {"a>c": 0.1}
    assert (told["Observed"], told["Expected"], told["AffectedTraces"]) == (0.1, 0, 20)
    assert told["SizeMs"] == pytest.approx(2000)
    assert told["SizeUsdPerDay"] == pytest.approx(20 * 0.04)
    assert "a>c is new: 10 % of 200 requests, 0 % of 1,000 before" in told["Reason"]
    assert "2 s longer than others each, 40 s a day" in told["Reason"]
    assert told["ExampleTraces"] == ["a>c-0", "a>c-1", "a>c-2"] and told["Severity"] == "warning"


def test_a_variant_that_grows_is_told_and_one_that_shrinks_is_not() -> None:
    told = only(find(sides({"a>b": (950, 150), "a>(b)+": (50, 50)})))
    assert told["Attribution"] == {"a>(b)+": 0.25}
    assert "is growing: 25 % of 200 requests, 5 % of 1,000 before" in told["Reason"]
    assert told["RelativeChange"] == pytest.approx(4) and told["Severity"] == "info"
    assert told["SizeMs"] is None and "not slower" in told["Reason"]
    assert told["ExpectedLow"] < 0.05 < told["ExpectedHigh"] < 0.1


def test_where_all_take_the_new_path_the_baseline_is_what_others_took() -> None:
    slow = row("a>c", True, 100, SumNs=100 * 4e9)
    assert only(find([row("a>b", False, 500), slow]))["SizeMs"] == pytest.approx(3000)


def test_an_operation_with_too_short_a_past_is_learning() -> None:
    few = find(sides({"a>b": (199, 100), "a>c": (0, 100)}))
    old = [row("a>b", False, 5000, LastNs=6 * HOUR_NS)]
    short = find([*old, *sides({"a>b": (0, 100), "a>c": (0, 100)})])
    for found in (few, short):
        assert found.findings.is_empty() and found.calm.is_empty()


def test_too_few_recent_traces_say_nothing() -> None:
    found = find(sides({"a>b": (1000, 30), "a>c": (0, 19)}))
    assert found.findings.is_empty() and found.calm.is_empty()


@pytest.mark.parametrize(
    "variants",
    [
        {"a>b": (900, 180), "a>c": (100, 20)},  # the same shares
        {"a>b": (1000, 961), "a>c": (0, 39)},  # new, but below 5 %
        {"a>b": (900, 140), "a>c": (100, 56)},  # not threefold
        {"a>b": (297, 49), "a>c": (3, 2)},  # fourfold, but two traces may be chance
        {"a>b": (1000, 150), "": (40, 50)},  # many rare ones are not one new
    ],
)
def test_near_misses_are_calm(variants: Sides) -> None:
    found = find(sides(variants))
    assert found.findings.is_empty()
    assert found.calm.select("Project", "Service", "Agent", "Operation", "Detector").rows() == [
        ("p", "api", "helper", "run", "new_variant")
    ]


def test_many_paths_that_each_are_rare_are_chance() -> None:
    """With 400 equally rare paths a few double by chance; none of them is told."""
    rare = {f"v{n}": (5, 5 if n % 20 else 9) for n in range(400)}
    assert find(sides(rare)).findings.is_empty()


def test_operations_are_judged_apart() -> None:
    other = [{**one, "RootName": "other"} for one in sides({"a>b": (500, 100), "a>c": (0, 50)})]
    found = find([*sides({"a>b": (500, 100)}), *other])
    assert found.findings["Operation"].to_list() == ["other"]
    assert found.calm["Operation"].to_list() == ["run"]


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 900),
       st.integers(0, 300)), max_size=6))  # fmt: skip
def test_every_judged_operation_is_told_or_calm(variants: Sides) -> None:
    found = find(sides(variants))
    before, now = (sum(counts[side] for counts in variants.values()) for side in (0, 1))
    assert found.findings.height + found.calm.height == int(before >= 200 and now >= 50)
    for told in found.findings.iter_rows(named=True):
        assert 0 < told["Observed"] <= 1 and told["Observed"] > told["Expected"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="IsRecent"):
        find_new_variants(pl.DataFrame(schema=COUNTS).drop("IsRecent"), SPLIT)
