"""Variants of paths from stored traces to an incident that opens, stays and resolves."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from longpole.analytics.jobs.find import FindJob
from longpole.core.prices import load_prices
from longpole.core.settings import Settings
from longpole.core.store import Store

HOUR_NS = 3_600 * 10**9
NOW_NS = 1_773_144_000 * 10**9
HOURS = 5 * 24
USUAL, NEW = "plan>search>answer", "plan>(search)+>answer"


def trace(number: int, start_ns: int, text: str, seconds: float) -> dict[str, Any]:
    return {
        "Project": "default", "TraceId": f"{number:032x}", "Start": start_ns,
        "DurationNs": round(seconds * 1e9), "RootSpanId": "1", "RootName": "run", "Service": "api",
        "Agent": "helper", "VariantText": text, "CostUsd": 0.01, "Version": 1,
    }  # fmt: skip


def put(store: Store, rows: list[dict[str, Any]]) -> None:
    """The traces, and the root span of each."""
    kinds: dict[str, Any] = {
        "Start": pl.Int64, "DurationNs": pl.UInt64, "CostUsd": pl.Float64, "Version": pl.UInt64,
    }  # fmt: skip
    traces = pl.DataFrame(rows, schema_overrides=kinds).with_columns(
        pl.col("Start").cast(pl.Datetime("ns", "UTC")), pl.col("CostUsd").cast(pl.Decimal(18, 9))
    )
    store.insert("traces", traces)
    roots = traces.select(
        "Project", "TraceId", "Start", "DurationNs", "RootName", "Service", "Agent", "Version",
        SpanId=pl.lit("1"), Kind=pl.lit("agent"), Name=pl.lit("run"), IsRoot=pl.lit(True),
    )  # fmt: skip
    store.insert("span_facts", roots)


def history(hours: int) -> list[dict[str, Any]]:
    """Four traces an hour; the newest twelve hours have one of the new variant among them."""
    return [
        trace(4 * hour + n, NOW_NS - hour * HOUR_NS - (n + 1) * HOUR_NS // 5, *taken)
        for hour in range(hours)
        for n, taken in enumerate(
            [(NEW, 9.0) if hour < 12 else (USUAL, 2.0), *([(USUAL, 2.0)] * 3)]
        )
    ]


def found(store: Store) -> list[dict[str, Any]]:
    return store.rows("SELECT * FROM findings FINAL WHERE Detector = 'new_variant'")


@pytest.fixture
def job(store: Store) -> FindJob:
    settings = Settings()
    return FindJob(store, settings, load_prices(settings))


def test_a_new_variant_opens_an_incident_that_resolves_when_it_is_gone(
    store: Store, job: FindJob
) -> None:
    put(store, history(HOURS))
    job.find(NOW_NS)
    job.find(NOW_NS + 60 * 10**9)
    (told,) = found(store)
    assert (told["State"], told["Operation"], told["Service"]) == ("firing", "run", "api")
    assert told["Attribution"] == {NEW: pytest.approx(12 / 96)}
    assert told["SizeMs"] == pytest.approx(7000) and told["AffectedTraces"] == 12
    assert len(told["ExampleTraces"]) == 5 and "before" in told["Reason"]

    later = NOW_NS + 24 * HOUR_NS
    put(store, [trace(9_000 + n, later - (n + 1) * HOUR_NS // 4, USUAL, 2.0) for n in range(80)])
    job.find(later)
    assert [one["State"] for one in found(store)] == ["resolved"]


def test_a_store_that_began_yesterday_is_learning(store: Store, job: FindJob) -> None:
    put(store, history(40))
    job.find(NOW_NS)
    assert found(store) == []
