"""Model calls that only metrics tell of: beside the steps of spans, never on top of them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import polars as pl
import pytest
from dash._utils import to_json
from signal_rows import BASE, send_points

from longpole.analytics.jobs.metric_rollup import MetricRollupJob
from longpole.core.settings import JobsSettings, Settings
from longpole.core.store import Store
from longpole.ui import queries
from longpole.ui.app import build
from longpole.ui.pages import overview
from longpole.ui.state import Window

HISTOGRAM = pl.Map(pl.Int16, pl.UInt64)
BUCKET = int(BASE.timestamp())
EVER = Window(0, (BUCKET + 3600) * 10**9)
Key = tuple[str, str, str]  # service, operation, model


def by_spans(store: Store, *keys: Key) -> None:
    rows = [
        {"Project": "default", "Service": service, "Step": operation, "Operation": operation,
         "Model": model, "Kind": "llm", "Calls": 1, "PathNs": 5, "Bucket": BUCKET, "Version": 1}
        for service, operation, model in keys
    ]  # fmt: skip
    store.insert("step_rollup_5m", pl.DataFrame(rows).cast({"Bucket": pl.UInt32}))


def by_metrics(store: Store, *keys: Key, project: str = "default", calls: int = 8) -> None:
    rows = [
        {"Project": project, "Service": service, "Operation": operation, "Model": model,
         "Kind": "llm", "Calls": calls, "InputTokens": 100, "DurationNs": 9, "Bucket": BUCKET,
         "DurationHist": [{"key": 217, "value": calls}], "Version": 1}
        for service, operation, model in keys
    ]  # fmt: skip
    types: dict[str, Any] = {"Bucket": pl.UInt32, "DurationHist": HISTOGRAM}
    store.insert("metric_rollup_5m", pl.DataFrame(rows, schema_overrides=types))


def steps(store: Store, **chosen: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - passed on
    with queries.reading(store):
        return asyncio.run(queries.steps(EVER, **chosen)).to_dicts()


def from_metrics(store: Store, **chosen: Any) -> set[Key]:  # noqa: ANN401 - passed on
    rows = [row for row in steps(store, **chosen) if row["Source"] == "metrics"]
    return {(row["Service"], row["Step"], row["OnlyModel"]) for row in rows}


def test_rows_of_metrics_are_those_that_no_span_covers(store: Store) -> None:
    by_spans(store, ("a", "chat", "m1"))
    by_metrics(store, ("a", "chat", "m1"), ("a", "chat", "m2"), ("b", "chat", "m1"))
    assert from_metrics(store) == {("a", "chat", "m2"), ("b", "chat", "m1")}
    assert sum(row["Calls"] for row in steps(store)) == 1 + 8 + 8


@pytest.mark.parametrize("vague", [("a", "chat", ""), ("a", "", "m1")])
def test_metrics_that_name_less_are_covered_by_spans_that_name_more(
    store: Store, vague: Key
) -> None:
    by_metrics(store, vague)
    assert len(from_metrics(store)) == 1
    by_spans(store, ("a", "chat", "m1"))
    assert from_metrics(store) == set()


def test_other_projects_services_and_agents_are_left_out(store: Store) -> None:
    by_metrics(store, ("a", "chat", "m1"), ("b", "chat", "m1"))
    by_metrics(store, ("a", "chat", "m9"), project="other")
    assert from_metrics(store, service="a") == {("a", "chat", "m1")}
    assert from_metrics(store, agent="planner") == set()
    with queries.reading(store):
        before = asyncio.run(queries.steps(Window(0, (BUCKET - 3600) * 10**9)))
    assert before.is_empty()


def test_a_row_that_became_empty_is_gone(store: Store) -> None:
    by_metrics(store, ("a", "chat", "m1"))
    empty = {"Project": "default", "Service": "a", "Operation": "chat", "Model": "m1",
             "Bucket": BUCKET, "Version": 2}  # fmt: skip
    store.insert("metric_rollup_5m", pl.DataFrame([empty]).cast({"Bucket": pl.UInt32}))
    assert steps(store) == []


def test_the_api_marks_the_source(store: Store) -> None:
    by_spans(store, ("a", "chat", "m1"))
    by_metrics(store, ("b", "chat", "m1"))

    async def fetch() -> httpx.Response:
        transport = httpx.ASGITransport(build(store, Settings()))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/api/v1/steps?since=all")

    first, second = asyncio.run(fetch()).json()["steps"]
    assert (first["source"], first["model"], first["path_share"]) == ("spans", "", 1.0)
    assert (second["source"], second["model"], second["service"]) == ("metrics", "m1", "b")
    assert (second["calls"], second["path_ns"], second["cost_usd"]) == (8, 0, None)
    assert 1.1**217 <= second["p50_ns"] <= 1.1**218


def test_a_program_that_sends_only_metrics_is_on_the_overview(store: Store) -> None:
    send_points(
        store, "histogram",
        {"metric": "gen_ai.client.operation.duration", "at": 60, "Count": 3, "Sum": 4.5,
         "BucketCounts": [0, 3], "ExplicitBounds": [1.0], "ServiceName": "<b>shop</b>"},
    )  # fmt: skip
    job = MetricRollupJob(store, JobsSettings())
    while job.run():
        pass
    with queries.reading(store):
        page = asyncio.run(overview.show({"since": "all"}))
    shown = json.dumps(json.loads(to_json(page)), ensure_ascii=False)  # type: ignore[no-untyped-call]
    assert "No runs yet" in shown
    assert "chat gpt-4.1 · <b>shop</b>" in shown and '"metrics"' in shown
    assert "1 known from metrics only" in shown
