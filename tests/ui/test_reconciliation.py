"""Claims of usage in the API and on the pages, from raw spans to what is shown."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from ui_asking import Get, getter

from longpole.analytics.jobs.assemble import AssembleJob
from longpole.core.prices import PriceBook
from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.ui import queries
from longpole.ui.pages import settings, trace

TRACE = "0123456789abcdef0123456789abcdef"
CALM = "fedcba9876543210fedcba9876543210"
SPAN = """
INSERT INTO otel_traces
    (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName, SpanAttributes,
     Duration)
VALUES ('2026-03-0{day} 12:00:00', '{trace}', '{id}', '{parent}', '{name}', 'Internal', 'shop',
    {{'gen_ai.operation.name': '{operation}', 'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini', 'gen_ai.usage.input_tokens': '{input}',
      'gen_ai.usage.output_tokens': '10'}}, 1000000)
"""
A, B, C = "00000000000000a1", "00000000000000a2", "00000000000000a3"


def send(store: Store, **span: Any) -> None:  # noqa: ANN401 - parts of a statement
    store.command(SPAN.format(**{"parent": "", "day": 1, "trace": TRACE, **span}))


@pytest.fixture
def get(store: Store) -> Get:
    agent = {"name": "invoke_agent <b>planner</b>", "operation": "invoke_agent", "id": A}
    send(store, **agent, input=150)
    send(store, id=B, parent=A, name="chat", operation="chat", input=100)
    send(store, **agent, input=70, trace=CALM, day=2)
    send(store, id=B, parent=A, name="chat", operation="chat", input=70, trace=CALM, day=2)
    while AssembleJob(store, Settings(), PriceBook.default(), rest_ns_a_span=0).run():
        pass
    return getter(store)


def test_the_claims_of_a_trace(get: Get) -> None:
    answer = get(f"/api/v1/traces/{TRACE}/reconciliation")
    assert answer.status_code == 200, answer.text
    [claim] = answer.json()["claims"]
    assert (claim["span_id"], claim["scope"], claim["verdict"]) == (A, "aggregate", "more")
    assert (claim["claimed_input_tokens"], claim["counted_input_tokens"]) == (150, 100)
    assert (claim["claimed_cost_usd"], claim["counted_cost_usd"]) == (None, pytest.approx(2.1e-5))


def test_a_trace_that_is_not_there(get: Get) -> None:
    answer = get(f"/api/v1/traces/{'0' * 31}1/reconciliation")
    assert answer.status_code == 404


def test_the_claims_by_day(get: Get) -> None:
    answer = get("/api/v1/reconciliation?since=all")
    assert answer.status_code == 200, answer.text
    days = answer.json()["days"]
    assert [(one["day"], one["service"], one["traces"], one["claims"]) for one in days] == [
        ("2026-03-02", "shop", 1, 1), ("2026-03-01", "shop", 1, 1),
    ]  # fmt: skip
    assert [(one["claimed_tokens"], one["counted_tokens"]) for one in days] == [
        (80, 80),
        (160, 110),
    ]
    assert [(one["difference_tokens"], one["more"], one["equal"]) for one in days] == [
        (0, 0, 1), (50, 1, 0),
    ]  # fmt: skip
    assert days[0]["difference_usd"] is None
    assert days[0]["dialect"] == "otel-genai"
    assert len(get("/api/v1/reconciliation?since=all&limit=1").json()["days"]) == 1
    assert get("/api/v1/reconciliation?since=1h").json()["days"] == []
    assert get("/api/v1/reconciliation?project=other&since=all").json()["days"] == []


def shown(store: Store, what: Any) -> str:  # noqa: ANN401 - a coroutine
    async def ask() -> str:
        with queries.reading(store):
            return str(await what)

    return asyncio.run(ask())


def test_the_pages_say_where_claims_disagree(get: Get, store: Store) -> None:
    card = shown(store, settings.show_claims({"since": "all"}))
    assert "+50" in card
    assert "2026-03-02" in card
    odd = shown(store, trace.show_trace(TRACE, 1, None))
    assert "(1, 1 disagrees)" in odd
    assert "claims more" in odd
    calm = shown(store, trace.show_trace(CALM, 1, None))
    assert "(1, none disagrees)" in calm
    assert (
        "open=False"
        in calm.split("tr-claims")[0].rsplit("Details", 1)[1] + calm.split("tr-claims")[1][:20]
    )


def test_no_claims_no_table(store: Store) -> None:
    send(store, id=C, name="chat", operation="chat", input=1)
    AssembleJob(store, Settings(), PriceBook.default()).run()
    assert "tr-claims" not in shown(store, trace.show_trace(TRACE, 1, None))
    assert "No span of this project" in shown(store, settings.show_claims({"since": "all"}))
