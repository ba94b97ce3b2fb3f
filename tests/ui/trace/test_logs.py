"""The log records of a span: in the drawer as a list, and as messages of its model call."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from dash.development.base_component import Component
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue, KeyValueList
from signal_rows import DETAILS, Feed

from longpole.core.messages import Part, Text
from longpole.core.store import Store
from longpole.ui import queries
from longpole.ui.trace.drawer import drawer
from longpole.ui.trace.log_list import LONGEST_BODY, log_list
from longpole.ui.trace.logs import LogRecord, SpanLogs
from longpole.ui.trace.queries import LOG_LIMITS, Span, read_span
from longpole.ui.trace.said import said_in

SPAN, OTHER = "c1" * 8, "c2" * 8
QUESTION = json.dumps([{"role": "user", "parts": [{"type": "text", "content": "And in full?"}]}])


def record(event: str, body: Any = "", **attributes: str) -> LogRecord:  # noqa: ANN401 - any JSON
    text = body if isinstance(body, str) else json.dumps(body)
    return LogRecord(0, "INFO", event, "", text, attributes)


def texts(part: Any) -> list[str]:  # noqa: ANN401 - any component or its children
    if part is None:
        return []
    if isinstance(part, str | int | float):
        return [str(part)]
    if isinstance(part, list | tuple):
        return [text for one in part for text in texts(one)]
    return texts(getattr(part, "children", None))


def messages_of(*records: LogRecord) -> list[tuple[str, tuple[Part, ...]]]:
    """Roles and parts of what the records of a span say."""
    found = said_in(Span(None, None, SpanLogs(records, len(records)))).conversation
    return [(message.role, message.parts) for message in (*found.input, *found.output)]


def test_a_side_told_in_full_is_not_told_again_in_pieces() -> None:
    logs = [
        record("gen_ai.user.message", "Hello"),
        record("gen_ai.choice", {"message": {"content": "Hi"}}),
        record(DETAILS, **{"gen_ai.input.messages": QUESTION}),
    ]
    assert messages_of(*logs) == [("user", (Text("And in full?"),)), ("assistant", (Text("Hi"),))]


def test_what_the_span_says_itself_counts_before_its_logs() -> None:
    raw = {"SpanKeys": ["gen_ai.input.messages"], "SpanValues": [QUESTION]}
    logs = (record("gen_ai.user.message", "Hello"), record("gen_ai.choice", "Hi"))
    found = said_in(Span(None, raw, SpanLogs(logs, 2))).conversation
    assert [m.parts for m in (*found.input, *found.output)] == [
        (Text("And in full?"),), (Text("Hi"),)
    ]  # fmt: skip


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)
bodies = st.one_of(
    st.text(max_size=30),
    json_values.map(json.dumps),
    st.fixed_dictionaries({"content": json_values, "tool_calls": json_values}).map(json.dumps),
    st.fixed_dictionaries({"message": json_values, "gen_ai.input.messages": json_values}).map(
        json.dumps
    ),
)


@given(st.sampled_from([DETAILS, "gen_ai.choice", "gen_ai.user.message", "x"]), bodies)
def test_any_body_gives_text(event: str, body: str) -> None:
    written = record(event, body, **{"gen_ai.output.messages": body})
    assert all(
        isinstance(text, str) for text in texts(drawer(Span({}, {}, SpanLogs((written,), 1))))
    )
    assert log_list(SpanLogs((written,), 1), 0) is not None


def test_long_and_many_records_are_cut() -> None:
    long = record("x", "b" * (LONGEST_BODY + 1))
    shown = texts(log_list(SpanLogs((long,), 1_000), 0))
    assert max(map(len, shown)) < LONGEST_BODY + 100
    assert "999 more records" in shown


@pytest.fixture
def shown(traces_store: Store, trace_id: str) -> Callable[[str], Component]:
    """Two spans with logs; renders the drawer of one."""
    feed = Feed(traces_store)
    feed.spans(*({"TraceId": trace_id, "SpanId": span} for span in (SPAN, OTHER)))
    feed.log({"gen_ai.input.messages": QUESTION}, trace=trace_id, span=SPAN)
    body = json.dumps({"message": {"content": "<script>alert(1)</script>"}})
    for _ in range(2):  # sent twice
        feed.log(trace=trace_id, span=SPAN, event="gen_ai.choice", body=body)
    feed.log({"level": "9"}, trace=trace_id, span=OTHER, event="", body="plain", severity="ERROR")

    def render(span: str) -> Component:
        with queries.reading(traces_store):
            found = asyncio.run(read_span(trace_id, span))
        assert found is not None
        return drawer(found)

    return render


def test_the_drawer_shows_messages_and_records(shown: Callable[[str], Component]) -> None:
    said = texts(shown(SPAN))
    assert "Messages (2)" in said and "Logs (2)" in said
    assert "And in full?" in said and "<script>alert(1)</script>" in said
    assert said.count("gen_ai.choice") == 1


def test_logs_of_a_span_without_a_model_call(shown: Callable[[str], Component]) -> None:
    said = texts(shown(OTHER))
    assert "Logs (1)" in said and "plain" in said and "ERROR" in said
    assert not any(text.startswith("Messages") for text in said)


def test_what_is_read_of_very_many_records_is_bounded(traces_store: Store, trace_id: str) -> None:
    feed = Feed(traces_store)
    feed.spans({"TraceId": trace_id, "SpanId": SPAN})
    traces_store.command(
        "INSERT INTO otel_logs (Timestamp, TraceId, SpanId, Body) "
        "SELECT toDateTime64('2026-03-01 12:00:00', 9) + number, {trace:String}, {span:String}, "
        "concat('\\xff', repeat('x', 100000)) FROM numbers(300)",
        {"trace": trace_id, "span": SPAN},
    )
    with queries.reading(traces_store):
        found = asyncio.run(read_span(trace_id, SPAN))
    assert found is not None and found.logs.stored == 300
    size = sum(len(one.body) for one in found.logs.records)
    assert 0 < size <= LOG_LIMITS["bytes"] and len(found.logs.records) <= LOG_LIMITS["limit"]


def test_a_body_that_ingest_kept_encoded_is_readable(traces_store: Store, trace_id: str) -> None:
    """Maps inside maps are stored as an encoded message; see longpole.core.otlp.nested."""
    said = KeyValueList(values=[KeyValue(key="content", value=AnyValue(string_value="Sunny"))])
    encoded = base64.b64encode(said.SerializeToString()).decode()
    feed = Feed(traces_store)
    feed.spans({"TraceId": trace_id, "SpanId": SPAN})
    body = json.dumps({"@otlp_kvlist": encoded})
    feed.log(trace=trace_id, span=SPAN, event="gen_ai.user.message", body=body)
    with queries.reading(traces_store):
        found = asyncio.run(read_span(trace_id, SPAN))
    assert found is not None
    assert messages_of(*found.logs.records) == [("user", (Text("Sunny"),))]
