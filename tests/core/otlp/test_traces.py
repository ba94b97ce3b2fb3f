"""Spans written out by hand: how each field and each odd value looks in otel_traces."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from otlp_requests import any_value, request_with, span

from longpole.core.otlp import (
    INPUT_FORMAT,
    Signal,
    frame_request,
    input_settings,
    input_table,
    render_value,
)
from longpole.core.store import Store

ODD: dict[str, tuple[object, str]] = {
    "empty": ("", ""),
    "zero": (0, "0"),
    "false": (False, "false"),
    "true": (True, "true"),
    "none": (None, ""),
    "negative": (-1, "-1"),
    "largest": (2**63 - 1, "9223372036854775807"),
    "smallest": (-(2**63), "-9223372036854775808"),
    "half": (0.5, "0.5"),
    "nan": (math.nan, "nan"),
    "bytes": (b"\x00\xff\x01", "AP8B"),
    "unicode": ("héllo \U0001f680", "héllo \U0001f680"),
    "quote": ('a"b\\c\n\t/', 'a"b\\c\n\t/'),
    "nul": ("a\x00b", "a\x00b"),
    "long": ("x" * 70_000, "x" * 70_000),
    "list": (["a", "", 'q"/\n'], '["a","","q\\"/\\n"]'),
    "numbers": ([0, 1.5, True, None], "[0,1.5,true,null]"),
    "": ("empty key", "empty key"),
}
NESTED: list[object] = [
    {"role": "user", "parts": [{"type": "text", "n": 1}]},
    [{"role": "user", "content": [["deep", {"er": None}]]}],
    [["a"], [], [1, 2]],
    {},
]


def _insert(store: Store, spans: list[Span]) -> None:
    body = request_with(spans).SerializeToString()
    settings = input_settings(Signal.TRACES, store.embedded)
    frames = frame_request(body, "")
    store.insert_raw(input_table(Signal.TRACES), frames, INPUT_FORMAT, settings)


def _attributes(store: Store) -> dict[str, Any]:
    rows = store.rows("SELECT SpanAttributes FROM otel_traces")
    return dict(rows[0]["SpanAttributes"])


@pytest.mark.parametrize("name", ODD)
def test_odd_values_arrive_as_written(store: Store, name: str) -> None:
    value, expected = ODD[name]
    item = span()
    item.attributes.add(key=name).value.CopyFrom(any_value(value))
    _insert(store, [item])
    assert _attributes(store) == {name: expected}


@pytest.mark.parametrize("value", NESTED, ids=range(len(NESTED)))
def test_deep_values_are_kept_and_can_be_read(store: Store, value: object) -> None:
    item = span()
    item.attributes.add(key="deep").value.CopyFrom(any_value(value))
    _insert(store, [item])
    assert json.loads(render_value(_attributes(store)["deep"])) == value


def test_a_text_that_looks_like_our_mark_stays_as_it_is() -> None:
    for text in ('{"@otlp_kvlist":"!"}', '{"@otlp_kvlist":"AAAA"}', "@otlp_array", '[{"@otlp_'):
        assert render_value(text) == text


def test_every_field_of_a_span(store: Store) -> None:
    item = span(7, "invoke_agent", length_ns=1_000_000_001)
    item.parent_span_id, item.trace_state = b"\xab" * 8, "a=b"
    item.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message="broken"))
    event = item.events.add(time_unix_nano=5, name="first")
    event.attributes.add(key="n").value.int_value = 3
    link = item.links.add(trace_id=b"\x01" * 16, span_id=b"\x02" * 8, trace_state="x=y")
    link.attributes.add(key="k").value.string_value = "v"
    _insert(store, [item])
    (row,) = store.rows("SELECT *, toUnixTimestamp64Nano(Timestamp) AS ns FROM otel_traces")
    assert row["TraceId"] == f"{7:032x}" and row["SpanId"] == f"{7:016x}"
    assert row["ParentSpanId"] == "ab" * 8 and row["TraceState"] == "a=b"
    assert (row["SpanName"], row["SpanKind"], row["ServiceName"]) == (
        "invoke_agent",
        "Client",
        "shop",
    )
    assert row["ns"] == item.start_time_unix_nano and row["Duration"] == 1_000_000_001
    assert (row["StatusCode"], row["StatusMessage"]) == ("Error", "broken")
    assert row["Events.Name"] == ["first"] and row["Events.Attributes"] == [{"n": "3"}]
    assert row["Links.SpanId"] == ["02" * 8] and row["Links.Attributes"] == [{"k": "v"}]
    assert row["ScopeName"] == "tests" and row["Project"] == "default"
