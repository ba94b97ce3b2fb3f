"""Profiles over a real, seeded store: sums, bands, filters, the API."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import numpy as np
import polars as pl
import pytest
from ui_asking import Get, getter

from longpole.core.errors import InputError
from longpole.core.store import Store
from longpole.ui import queries as store_queries
from longpole.ui.architecture import queries
from longpole.ui.architecture.selection import BANDS, Selection, as_query, parse, parse_band
from longpole.ui.architecture.statements import BY, Cut, every

T = TypeVar("T")
ALL = Selection(since="all")


@pytest.fixture
def get(seeded: Store) -> Get:
    return getter(seeded)


def ask(store: Store, question: Coroutine[Any, Any, T]) -> T:
    with store_queries.reading(store):
        return asyncio.run(question)


@pytest.mark.parametrize("by", BY)
def test_rows_sum_to_the_durations_of_the_traces(seeded: Store, by: str) -> None:
    whole = seeded.frame("SELECT sum(DurationNs) AS Ns, count() AS N FROM traces FINAL").row(0)
    found = ask(seeded, queries.read_profile(ALL, by))
    assert (int(found.rows["SumNs"].sum()), found.traces) == whole
    assert found.rows["Share"].sum() == pytest.approx(1)


def test_bands_share_no_trace_and_leave_none_out(seeded: Store) -> None:
    whole = ask(seeded, queries.read_profile(ALL, "root"))
    parts = [ask(seeded, queries.read_profile(Selection(since="all", band=b.name), "root"))
             for b in BANDS]  # fmt: skip
    assert sum(part.traces for part in parts) == whole.traces
    split = ask(seeded, queries.read_profile(ALL, "root", "band"))
    assert {row["Split"]: row["Traces"] for row in split.totals.to_dicts()} == {
        band.name: part.traces for band, part in zip(BANDS, parts, strict=True) if part.traces
    }


def test_a_band_is_of_each_operation_and_holds_its_percentiles(seeded: Store) -> None:
    durations = seeded.frame("SELECT RootName, DurationNs FROM traces FINAL")
    found = ask(seeded, queries.read_profile(Selection(since="all", band="p40-p60"), "root")).rows
    for row in found.to_dicts():
        of = durations.filter(pl.col("RootName") == row["Row"])["DurationNs"].sort()
        low, high = of[int(0.4 * len(of))], of[int(0.6 * len(of))]
        inside = of.filter((of >= low) & (of < high))
        assert (row["Traces"], row["SumNs"]) == (len(inside), inside.sum())


def test_calls_and_money_of_a_step_are_those_of_its_spans(seeded: Store) -> None:
    facts = seeded.frame(
        "SELECT count() AS Calls, toFloat64(sum(CostUsd)) AS Usd FROM span_facts FINAL "
        "WHERE Step = 'plan' AND Kind = 'llm'"
    ).row(0)
    rows = ask(seeded, queries.read_profile(ALL)).rows.filter(pl.col("Step") == "plan")
    assert rows["Calls"].sum() == facts[0]
    assert rows["CostUsd"].sum() == pytest.approx(facts[1])


def test_flame_sums_to_all_time(seeded: Store) -> None:
    whole = ask(seeded, queries.read_profile(ALL, "root")).rows["SumNs"].sum()
    assert ask(seeded, queries.read_flame(ALL))["SumNs"].sum() == whole


def test_tail_adds_up_and_matches_the_means(seeded: Store) -> None:
    found = ask(seeded, queries.read_tail(ALL, "p90-p100"))
    assert found.parts["Ms"].sum() == pytest.approx(found.difference_ms)
    assert found.difference_ms > 0 and found.tail_traces > 20


def test_percentiles_of_a_variant_are_those_of_its_traces(store: Store) -> None:
    number = np.arange(2_000)
    paths = pl.DataFrame({
        "Project": "default", "TraceId": [f"{n:032x}" for n in number], "RootSpanId": "1",
        "RootName": "run", "Start": 1_773_144_000 * 10**9 + number * 10**11, "Version": 1,
        "DurationNs": 10**9 + number * 7919 % 2003 * 10**6,
        "Release": [f"r{n % 2}" for n in number],
        "VariantText": ["a>b" if n % 5 else "a>(b)+" for n in number],
    }).with_columns(
        pl.col("Start").cast(pl.Datetime("ns", "UTC")),
        pl.col("DurationNs", "Version").cast(pl.UInt64),
    )  # fmt: skip
    store.insert("path_sections", paths)
    for selection in (ALL, Selection(since="all", band="p0-p100")):
        rows = ask(store, queries.read_variants(selection))
        assert rows["Traces"].sum() == 2_000 and rows["BucketNs"].n_unique() > 2
        for row in rows.to_dicts():
            same = paths.filter(pl.col("VariantText") == row["VariantText"])["DurationNs"].sort()
            at = [same[int(level * len(same))] for level in (0.5, 0.95)]
            assert [row["VariantP50Ns"], row["VariantP95Ns"]] == at
            assert same[0] <= row["P50Ns"] <= row["P95Ns"] <= same[-1]


def test_edges_name_the_service_that_was_called(store: Store) -> None:
    sections = {
        "StartNs": [0, 10, 13, 93, 95, 99], "EndNs": [10, 13, 93, 95, 99, 100],
        "SpanId": ["a", "b", "c", "b", "d", "d"],
        "Phase": ["lead", "edge", "self", "edge", "edge", "edge"],
        "Service": ["api", "api", "search", "api", "api", "api"],
        "Peer": ["", "search", "", "search", "store", ""],
        "Step": ["", "look up", "find", "look up", "look up", "look up"],
        "Kind": ["chain", "tool", "tool", "tool", "tool", "tool"],
        "Agent": [""] * 6, "Model": [""] * 6, "Operation": [""] * 6,
    }  # fmt: skip
    paths = pl.DataFrame({
        "Project": "default", "TraceId": [f"{n:032x}" for n in range(10)], "RootSpanId": "1",
        "RootName": "run", "Start": 1_773_144_000 * 10**9, "DurationNs": 100, "Version": 1,
    }).with_columns(
        pl.col("Start").cast(pl.Datetime("ns", "UTC")),
        pl.col("DurationNs", "Version").cast(pl.UInt64),
        *(pl.Series(f"Sections.{name}", [values] * 10) for name, values in sections.items()),
    )  # fmt: skip
    store.insert("path_sections", paths)
    rows = ask(store, queries.read_profile(ALL)).rows
    edges = rows.filter(pl.col("Part") == "edge").sort("Row")
    assert edges.select("Row", "SumNs", "Traces", "Calls").rows() == [
        ("api → search", 50, 10, 10), ("api → store", 40, 10, 10), ("look up", 10, 10, 10),
    ]  # fmt: skip
    assert rows["SumNs"].sum() == 1_000 and set(edges["Step"]) == {"look up"}
    changed = ask(store, queries.read_difference(ALL, ALL)).rows
    assert set(changed["Row"]) >= {"api → search", "api → store"}


def test_the_graph_has_the_calls_of_the_spans(seeded: Store) -> None:
    edges = ask(seeded, queries.read_agent_graph(ALL))
    models = seeded.frame(
        "SELECT count() AS N FROM span_facts FINAL WHERE Kind IN ('llm', 'embedding')"
    )["N"][0]
    assert edges.filter(pl.col("TargetKind") == "model")["Calls"].sum() == models
    assert {"search_docs", "lookup_order"} <= set(edges["Target"])


def test_a_difference_of_two_releases_says_how_many_traces(get: Get) -> None:
    asked = get("/api/v1/path-profile?since=all&release=1.4.1&compare_release=1.4.2")
    assert asked.status_code == 200, asked.text
    answer = asked.json()
    compared = answer["compared"]
    assert compared["traces_before"] == answer["traces"] > 0 < compared["traces_after"]
    total = sum(row["difference_ms"] for row in compared["rows"])
    assert total == pytest.approx(compared["whole"]["difference_ms"])


@pytest.mark.parametrize(
    "path", ["path-profile", "path-profile/flame", "path-profile/tail", "variants", "agents/graph"]
)
def test_hostile_and_empty_selections_are_answered(get: Get, path: str) -> None:
    for value in ("nothing", "'; DROP TABLE traces --", "a" * 500):
        answer = get(f"/api/v1/{path}?since=all&step={value}&release={value}")
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("band=p60-p40", "p95-p99"),
        ("band=slow", "p95-p99"),
        ("from_ns=5", "to_ns go together"),
        ("from_ns=5&to_ns=4", "before to_ns"),
        ("by=colour", "step"),
    ],
)
def test_wrong_parameters_are_named(get: Get, query: str, words: str) -> None:
    answer = get(f"/api/v1/path-profile?{query}")
    assert answer.status_code == 400
    assert words in answer.text


@pytest.mark.parametrize("text", ["", "p-p", "p5", "p50-p50", "p0-p101", "p1-p2; DROP"])
def test_no_band(text: str) -> None:
    with pytest.raises(InputError, match="such as p95-p99"):
        parse_band(text)


def test_the_address_restores_the_selection() -> None:
    given = Selection("7d", 1, 2, "a b", "s", "e", "1.0", "w", "ag", "st", "f" * 16, "p95-p99.9")
    assert parse(as_query(given)) == given
    assert parse(as_query(given, "b_"), "b_") == given
    assert parse({"band": "x", "since": "y", "from_ns": "-1"}) == Selection()


def test_no_user_text_is_in_a_statement() -> None:
    assert all("$" not in text for text in every().values())
    with pytest.raises(InputError, match="use one of step"):
        Cut("'; DROP TABLE traces --")
