"""Log records that a collector wrote change the traces of their spans, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from signal_rows import BASE, CALL, TRACE, Feed

from longpole.analytics.assembly import Prices
from longpole.analytics.jobs.assemble import AssembleJob
from longpole.core.settings import Settings
from longpole.core.store import Store

USAGE = {"gen_ai.usage.input_tokens": "900", "gen_ai.usage.output_tokens": "100"}


@pytest.fixture
def feed(store: Store) -> Feed:
    return Feed(store)


@pytest.fixture
def job(store: Store, prices: Prices) -> AssembleJob:
    return AssembleJob(store, Settings(), prices, rest_ns_a_span=0)


def trace(store: Store) -> dict[str, Any]:
    (row,) = store.rows("SELECT * FROM traces FINAL")
    return row


def test_usage_that_is_only_in_a_log_is_counted_and_priced(
    store: Store, job: AssembleJob, feed: Feed
) -> None:
    feed.log(USAGE)
    feed.call()
    assert job.run() == 1
    row = trace(store)
    assert (row["InputTokens"], row["OutputTokens"], row["ModelCalls"]) == (900, 100, 1)
    assert float(row["CostUsd"]) == pytest.approx(0.01)
    assert row["LogFacts"] == 1


def test_a_late_log_assembles_its_trace_again_and_a_repeated_one_does_not(
    store: Store, job: AssembleJob, feed: Feed, prices: Prices
) -> None:
    feed.call()
    job.run()
    assert trace(store)["InputTokens"] == 0
    feed.log(USAGE)
    assert job.run() == 1
    first = trace(store)
    assert first["InputTokens"] == 900
    assert job.run() == 0
    feed.log(USAGE)
    assert job.run() == 0
    assert AssembleJob(store, Settings(), prices).run() == 0
    assert trace(store) == first


def test_a_log_without_its_span_makes_no_trace(store: Store, job: AssembleJob, feed: Feed) -> None:
    feed.log(USAGE)
    feed.log(USAGE, span="d2" * 8, trace="ef" * 16)
    assert job.run() == 0
    assert store.rows("SELECT * FROM traces") == []
    feed.call()
    assert job.run() == 1
    row = trace(store)
    assert (row["TraceId"], row["InputTokens"], row["Spans"]) == (TRACE, 900, 1)


def test_other_spans_of_a_trace_keep_what_they_said(
    store: Store, job: AssembleJob, feed: Feed
) -> None:
    feed.call(**{"gen_ai.usage.input_tokens": "7"})
    feed.log(USAGE, span="d2" * 8)
    job.run()
    assert trace(store)["InputTokens"] == 7


def test_nested_calls_with_the_same_usage_in_logs_count_it_once(
    store: Store, job: AssembleJob, feed: Feed
) -> None:
    feed.call()
    said = {"gen_ai.operation.name": "chat"}
    feed.spans({"SpanId": "c2" * 8, "ParentSpanId": CALL, "SpanAttributes": said})
    feed.log(USAGE)
    feed.log(USAGE, span="c2" * 8)
    job.run()
    assert trace(store)["InputTokens"] == 900


@pytest.mark.parametrize(
    ("scope", "event", "attributes", "wanted"),
    [
        (
            "com.anthropic.claude_code.events", "claude_code.api_request",
            {"model": "claude", "input_tokens": "10", "cache_read_tokens": "4", "cost_usd": "0.5"},
            (14, 4, 0.5),
        ),
        (
            "codex_otel", "codex.sse_event",
            {"model": "gpt", "input_token_count": "10", "cached_token_count": "4"},
            (10, 4, None),
        ),
        ("my.app", "api_request", {"model": "claude", "input_tokens": "10"}, (0, 0, None)),
    ],
)  # fmt: skip
def test_records_of_coding_agents_are_read_from_them_only(
    store: Store, job: AssembleJob, feed: Feed, scope: str, event: str,
    attributes: dict[str, str], wanted: tuple[int, int, float | None],
) -> None:  # fmt: skip
    feed.spans({"SpanId": CALL})
    feed.log(attributes, scope=scope, event=event)
    job.run()
    row = trace(store)
    cost = None if row["CostUsd"] is None else float(row["CostUsd"])
    assert (row["InputTokens"], row["CacheReadTokens"], cost) == wanted


def test_plain_and_broken_records_say_nothing(store: Store, feed: Feed) -> None:
    feed.log({"level": "info"}, event="", body="hello")
    feed.log({"gen_ai.system": "openai"}, event="gen_ai.user.message", body='{"content": "hi"}')
    feed.log(USAGE, span="")
    feed.log(USAGE, trace="")
    assert store.rows("SELECT * FROM log_facts") == []
    feed.log({"gen_ai.usage.input_tokens": "-1", "gen_ai.response.model": "a\0b"})
    (row,) = store.rows("SELECT InputTokens, Model FROM log_facts")
    assert row == {"InputTokens": None, "Model": ""}


def test_records_far_from_their_spans_in_time_are_left_alone(
    store: Store, job: AssembleJob, feed: Feed
) -> None:
    feed.call()
    feed.log(USAGE, at=BASE + timedelta(days=3))
    feed.log(USAGE, at=datetime.fromtimestamp(0, BASE.tzinfo))
    job.run()
    assert trace(store)["LogFacts"] == 0
    feed.log(USAGE, at=BASE + timedelta(hours=20))
    assert job.run() == 1
    assert trace(store)["InputTokens"] == 900


@pytest.mark.parametrize("first", ["log", "span"])
def test_both_orders_of_arrival_end_the_same(
    store: Store, job: AssembleJob, feed: Feed, first: str
) -> None:
    steps: list[Callable[[], None]] = [lambda: feed.log(USAGE), feed.call]
    for step in steps if first == "log" else reversed(steps):
        step()
        job.run()
    assert (trace(store)["InputTokens"], trace(store)["LogFacts"]) == (900, 1)
