"""Two projects may use one trace id: their spans never meet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from longpole.analytics.assembly import Prices
from longpole.analytics.jobs.assemble import AssembleJob
from longpole.core.settings import Settings
from longpole.core.store import Store

SpansOf = Callable[..., pl.DataFrame]


def arrive(store: Store, spans: pl.DataFrame, after_ms: int = 0) -> None:
    """Spans as ingest leaves them, with the arrival of each trace."""
    arrived = datetime.now(UTC) + timedelta(milliseconds=after_ms)
    came = spans.with_columns(IngestedAt=pl.lit(arrived).cast(pl.Datetime("ms", "UTC")))
    store.insert("spans", came)
    store.insert(
        "trace_arrivals",
        came.group_by("Project", "IngestedAt", "TraceId").agg(
            MinStart=pl.col("Start").min(), MaxStart=pl.col("Start").max(), Spans=pl.len()
        ),
    )


def stored(store: Store, table: str, columns: str) -> list[dict[str, Any]]:
    key = "SpanId" if table == "span_facts" else "Start"
    return store.rows(f"SELECT {columns} FROM {table} FINAL ORDER BY Project, {key}")


def two_projects(spans_of: SpansOf) -> pl.DataFrame:
    """One trace id and the same span ids in both."""
    return spans_of(
        {"Project": "one", "id": "a", "lasts": 100, "Name": "root of one"},
        {"Project": "one", "id": "b", "parent": "a", "at": 10, "kind": "llm", "input": 5},
        {"Project": "two", "id": "a", "at": 50, "lasts": 300, "Name": "root of two"},
        {"Project": "two", "id": "b", "parent": "a", "at": 60, "kind": "llm", "input": 70},
        {"Project": "two", "id": "c", "parent": "a", "at": 70, "kind": "llm", "input": 700},
    )


def test_they_are_assembled_apart(store: Store, prices: Prices, spans_of: SpansOf) -> None:
    arrive(store, two_projects(spans_of))
    job = AssembleJob(store, Settings(), prices, rest_ns_a_span=0)
    assert job.run() == 2
    assert stored(store, "traces", "Project, RootName, Spans, InputTokens, DurationNs") == [
        {"Project": "one", "RootName": "root of one", "Spans": 2, "InputTokens": 5,
         "DurationNs": 100_000_000},
        {"Project": "two", "RootName": "root of two", "Spans": 3, "InputTokens": 770,
         "DurationNs": 300_000_000},
    ]  # fmt: skip
    facts = stored(store, "span_facts", "Project, SpanId, RootName")
    assert [(row["Project"], row["SpanId"], row["RootName"]) for row in facts] == [
        ("one", "a", "root of one"),
        ("one", "b", "root of one"),
        ("two", "a", "root of two"),
        ("two", "b", "root of two"),
        ("two", "c", "root of two"),
    ]
    paths = stored(store, "path_sections", "Project, RootName, arraySum(Sections.EndNs) > 0 AS x")
    assert [(row["Project"], row["RootName"]) for row in paths] == [
        ("one", "root of one"),
        ("two", "root of two"),
    ]


def test_a_late_span_of_one_leaves_the_other_as_it_is(
    store: Store, prices: Prices, spans_of: SpansOf
) -> None:
    arrive(store, two_projects(spans_of))
    job = AssembleJob(store, Settings(), prices, rest_ns_a_span=0)
    job.run()
    before = stored(store, "traces", "*")
    late = {"Project": "one", "id": "d", "parent": "a", "at": 20, "kind": "llm", "input": 1000}
    arrive(store, spans_of(late), after_ms=5)
    assert job.run() == 1
    one, two = stored(store, "traces", "*")
    assert (one["Spans"], one["InputTokens"]) == (3, 1005)
    assert two == before[1]


def test_an_orphan_does_not_find_its_parent_in_the_other_project(
    store: Store, prices: Prices, spans_of: SpansOf
) -> None:
    arrive(
        store,
        spans_of(
            {"Project": "one", "id": "a", "lasts": 100},
            {"Project": "two", "id": "b", "parent": "a", "at": 10},
        ),
    )
    AssembleJob(store, Settings(), prices, rest_ns_a_span=0).run()
    flags = {row["Project"]: row["Flags"] for row in stored(store, "traces", "Project, Flags")}
    assert flags["one"] == [] and "incomplete" in flags["two"]
