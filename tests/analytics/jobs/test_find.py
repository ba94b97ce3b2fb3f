"""From raw spans to findings about how a program is built, on the real engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from longpole.analytics.jobs.assemble import AssembleJob
from longpole.analytics.jobs.find import FindJob
from longpole.core.prices import PriceBook
from longpole.core.settings import JobsSettings, Settings
from longpole.core.store import Store

BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
RUNS = 12
INSERT = """
INSERT INTO otel_traces
    (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, SpanAttributes,
     Duration)
VALUES
"""
AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "helper"}


def row(
    run: int, span: int, start_s: float, seconds: float, name: str, said: dict[str, str]
) -> str:
    at = BEGAN + timedelta(minutes=run, seconds=start_s)
    parent = f"{run:08x}00000001" if span > 1 else ""
    attributes = ", ".join(f"'{key}': '{value}'" for key, value in said.items())
    return (
        f"('{at:%Y-%m-%d %H:%M:%S.%f}000', '{run + 1:032x}', '{run:08x}{span:08x}', '{parent}', "
        f"'{name}', 'Internal', 'shop', {{{attributes}}}, {round(seconds * 1e9)})"
    )


def tool(run: int, span: int, start_s: float, arguments: str, result: str) -> str:
    said = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "load",
        "gen_ai.tool.call.id": f"call {run} {span}",
        "gen_ai.tool.call.arguments": f'{{"id": "{arguments}"}}',
        "gen_ai.tool.call.result": result,
    }
    return row(run, span, start_s, 0.4, "execute_tool load", said)


def stored(store: Store, *, same: bool) -> None:
    """Runs that load something twice, the same or another thing, and answer."""
    rows = []
    for run in range(RUNS):
        rows.append(row(run, 1, 0, 2, "invoke_agent helper", AGENT))
        rows.append(tool(run, 2, 0.1, f"customer {run}", f"record {run}"))
        again = run if same else RUNS + run
        rows.append(tool(run, 3, 0.6, f"customer {again}", f"record {again}"))
    store.command(INSERT + ",".join(rows))
    job = AssembleJob(store, Settings(), PriceBook.default(), rest_ns_a_span=0)
    while job.run():
        pass


def found_in(store: Store) -> dict[str, dict[str, Any]]:
    return {row["Detector"]: row for row in store.rows("SELECT * FROM findings FINAL")}


def job_on(store: Store, **settings: Any) -> FindJob:  # noqa: ANN401 - any setting
    return FindJob(store, Settings(jobs=JobsSettings(**settings)), PriceBook.default())


def ns(hours: float) -> int:
    return round((BEGAN + timedelta(hours=hours)).timestamp() * 1e9)


def test_a_repeated_call_becomes_an_incident_and_resolves(store: Store) -> None:
    stored(store, same=True)
    job = job_on(store)
    assert job.find(ns(1)) > 0
    repeated = found_in(store)["repeated_calls"]
    assert (repeated["State"], repeated["Step"], repeated["Area"]) == (
        "firing", "load", "architecture",
    )  # fmt: skip
    assert repeated["SizeMs"] == pytest.approx(400)
    # Twelve requests in one hour: 288 a day.
    assert repeated["Attribution"]["ms_per_day"] == pytest.approx(24 * RUNS * 400)
    assert repeated["AffectedTraces"] == RUNS and len(repeated["ExampleTraces"]) == 5
    assert job.find(ns(1) + 10**9) == 0  # the same again is not written again

    store.command("TRUNCATE TABLE otel_traces")
    store.command("TRUNCATE TABLE span_facts")
    store.command("TRUNCATE TABLE trace_arrivals")
    store.command("TRUNCATE TABLE spans")
    stored(store, same=False)
    assert job.find(ns(1.5)) > 0
    assert found_in(store)["repeated_calls"]["State"] == "resolved"


def test_two_different_calls_in_a_row_could_run_at_once(store: Store) -> None:
    stored(store, same=False)
    job_on(store).find(ns(1))
    found = found_in(store)
    assert set(found) == {"serial_siblings"}
    assert found["serial_siblings"]["SizeMs"] == pytest.approx(400)


def test_an_empty_store_and_an_old_one_say_nothing(store: Store) -> None:
    assert job_on(store).find(ns(1)) == 0
    stored(store, same=True)
    assert job_on(store, find_hours=1).find(ns(48)) == 0
    assert not found_in(store)
