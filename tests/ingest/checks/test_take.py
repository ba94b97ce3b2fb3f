"""What of a request is accepted, for each signal, through the way that the service takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from otlp_requests import NOW_NS, request_with, span
from otlp_signals import logs_with, metrics_with

from longpole.core.otlp import END_BEFORE_START
from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.checks import Checked, take, warm_up
from longpole.ingest.checks.checked import EXPLAINED, Why
from longpole.ingest.checks.traces import BAD_PARENT_ID
from longpole.ingest.errors import RefusedError, TooLargeError
from longpole.ingest.services import REQUESTS
from longpole.ingest.wire.walk import MAX_DAYS

DAY_NS = 86_400 * 10**9
LATE_NS = 2**32 * 10**9
KINDS = ("gauge", "sum", "histogram", "exponential_histogram", "summary")
SETTINGS = IngestSettings()


def taken(signal: Signal, request: Any, settings: IngestSettings = SETTINGS) -> Checked:  # noqa: ANN401
    return take(signal, request.SerializeToString(), False, settings)


def spans_of(checked: Checked) -> list[Any]:
    request = REQUESTS[Signal.TRACES].FromString(checked.body)
    return [s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans]


@pytest.mark.parametrize(
    ("signal", "request_", "count"),
    [
        (Signal.TRACES, request_with([span(1), span(2)]), 2),
        (Signal.LOGS, logs_with({}, {"time_unix_nano": 0}, {"trace_id": b"t" * 16}), 3),
        *((Signal.METRICS, metrics_with({}, {}, kind=kind), 2) for kind in KINDS),
    ],
    ids=["traces", "logs", *KINDS],
)
def test_a_good_body_is_kept_as_it_came(signal: Signal, request_: Any, count: int) -> None:  # noqa: ANN401
    body = request_.SerializeToString()
    assert take(signal, body, False, SETTINGS) == Checked(signal, body, count)


@pytest.mark.parametrize("signal", Signal)
def test_nothing_is_nothing(signal: Signal) -> None:
    assert take(signal, b"", False, SETTINGS) == Checked(signal, b"", 0)
    assert take(signal, b"{}", True, SETTINGS).accepted == 0
    assert take(signal, b"\x0a\x00", False, SETTINGS) == Checked(signal, b"", 0)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"trace_id": b""}, Why.TRACE_ID),
        ({"trace_id": bytes(16)}, Why.TRACE_ID),
        ({"trace_id": b"t" * 17}, Why.TRACE_ID),
        ({"span_id": b"s" * 16}, Why.SPAN_ID),
        ({"span_id": bytes(8)}, Why.SPAN_ID),
        ({"start_time_unix_nano": LATE_NS}, Why.LATE),
        ({"start_time_unix_nano": 2**64 - 1}, Why.LATE),
    ],
)
def test_a_bad_span_is_taken_out_and_its_neighbours_stay(fields: dict[str, Any], why: Why) -> None:
    bad = span(2)
    for name, value in fields.items():
        setattr(bad, name, value)
    checked = taken(Signal.TRACES, request_with([span(1), bad, span(3)]))
    assert [s.span_id for s in spans_of(checked)] == [span(1).span_id, span(3).span_id]
    assert (checked.accepted, checked.rejected, checked.changed) == (2, {why: 1}, True)
    assert checked.message == f"1 spans rejected: {EXPLAINED[why]}"


@pytest.mark.parametrize(("sent", "kept"), [(b"abc", "616263"), (bytes(8), None)])
def test_a_parent_id_that_is_none_is_emptied_and_the_span_kept(
    sent: bytes, kept: str | None
) -> None:
    item = span()
    item.parent_span_id = sent
    checked = taken(Signal.TRACES, request_with([item]))
    (read,) = spans_of(checked)
    marks = {a.key: a.value.string_value for a in read.attributes}
    assert (checked.accepted, read.parent_span_id) == (1, b"")
    assert marks == ({BAD_PARENT_ID: kept} if kept else {})


def test_a_span_that_ends_before_it_starts_is_marked() -> None:
    checked = taken(Signal.TRACES, request_with([span(length_ns=-5), span(2)]))
    marked, plain = spans_of(checked)
    assert [a.key for a in marked.attributes] == [END_BEFORE_START] and not plain.attributes
    assert checked.changed and checked.accepted == 2


@pytest.mark.parametrize("sent", [b"short", bytes(16), b"x" * 32])
def test_a_log_record_with_a_bad_id_is_kept_without_it(sent: bytes) -> None:
    checked = taken(Signal.LOGS, logs_with({"trace_id": sent, "span_id": b"s" * 8}, {}))
    request = REQUESTS[Signal.LOGS].FromString(checked.body)
    first = request.resource_logs[0].scope_logs[0].log_records[0]
    assert (first.trace_id, first.span_id) == (b"", b"s" * 8)
    assert (checked.accepted, checked.rejected_items, checked.changed) == (2, 0, True)


@pytest.mark.parametrize("field", ["time_unix_nano", "observed_time_unix_nano"])
def test_a_log_record_of_after_2106_is_taken_out(field: str) -> None:
    checked = taken(Signal.LOGS, logs_with({field: LATE_NS}, {}))
    assert (checked.accepted, checked.rejected) == (1, {Why.LATE: 1})
    assert checked.message.startswith("1 log records rejected")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", ["time_unix_nano", "start_time_unix_nano"])
def test_a_point_of_after_2106_is_taken_out(kind: str, field: str) -> None:
    checked = taken(Signal.METRICS, metrics_with({field: LATE_NS}, {}, {}, kind=kind))
    assert (checked.accepted, checked.rejected) == (2, {Why.LATE: 1})


def test_a_metric_without_data_counts_as_one_point_rejected() -> None:
    request = metrics_with({}, {})
    request.resource_metrics[0].scope_metrics[0].metrics.add(name="nothing")
    checked = taken(Signal.METRICS, request)
    assert (checked.accepted, checked.rejected) == (2, {Why.NO_DATA: 1})
    (metric,) = (
        REQUESTS[Signal.METRICS]
        .FromString(checked.body)
        .resource_metrics[0]
        .scope_metrics[0]
        .metrics
    )
    assert metric.name == "m"


@pytest.mark.parametrize("signal", Signal)
def test_one_request_cannot_make_a_part_for_every_day(signal: Signal) -> None:
    times = [n * DAY_NS + 5 for n in range(1, MAX_DAYS + 21)] + [7 * DAY_NS]
    request = {
        Signal.TRACES: request_with([span(n + 1, start_ns=t) for n, t in enumerate(times)]),
        Signal.LOGS: logs_with(
            *({"time_unix_nano": t} for t in times[::2]),
            *({"time_unix_nano": 0, "observed_time_unix_nano": t} for t in times[1::2]),
        ),
        Signal.METRICS: metrics_with(*({"time_unix_nano": t} for t in times)),
    }[signal]
    checked = taken(signal, request)
    assert (checked.accepted, checked.rejected) == (MAX_DAYS + 1, {Why.DAYS: 20})


@pytest.mark.parametrize("is_json", [False, True], ids=["protobuf", "json"])
@pytest.mark.parametrize("faulty", [False, True], ids=["good", "with a bad one"])
def test_more_items_than_allowed_are_refused_with_their_number(is_json: bool, faulty: bool) -> None:
    spans = [{"traceId": "" if faulty and not n else "01" * 16} for n in range(11)]
    for item in spans:
        item["spanId"] = "02" * 8
    document = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
    body = json.dumps(document).encode()
    if not is_json:
        request = request_with([span(n + 1) for n in range(11)])
        if faulty:
            request.resource_spans[0].scope_spans[0].spans[0].trace_id = b""
        body = request.SerializeToString()
    assert take(Signal.TRACES, body, is_json, IngestSettings(max_items=11)).accepted >= 10
    with pytest.raises(TooLargeError, match=r"11 spans, more than 10; .*ingest\.max_items"):
        take(Signal.TRACES, body, is_json, IngestSettings(max_items=10))


def test_very_many_empty_parts_are_refused() -> None:
    item = span()
    for _ in range(500):
        item.attributes.add()
    with pytest.raises(TooLargeError, match="400 parts"):
        taken(Signal.TRACES, request_with([item]), IngestSettings(max_items=10))


def test_json_becomes_protobuf() -> None:
    document = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": str(NOW_NS)}]}]}]}
    checked = take(Signal.LOGS, json.dumps(document).encode(), True, SETTINGS)
    assert checked == Checked(
        Signal.LOGS, logs_with({}).SerializeToString(), 1, checked.rejected, changed=True
    )
    assert not checked.rejected


def test_json_nested_deeper_than_protobuf_can_be_is_refused() -> None:
    value: dict[str, Any] = {}
    for _ in range(55):
        value = {"arrayValue": {"values": [value]}}
    document = {"resourceLogs": [{"resource": {"attributes": [{"key": "k", "value": value}]}}]}
    with pytest.raises(RefusedError, match=r"not an OTLP .*MaxDepth"):
        take(Signal.LOGS, json.dumps(document).encode(), True, SETTINGS)


def test_texts_that_are_not_utf8_are_mended_and_counted() -> None:
    body = request_with([span(name="chat!"), span(2)]).SerializeToString()
    checked = take(Signal.TRACES, body.replace(b"chat!", b"cha\xf0\x9f"), False, SETTINGS)
    assert (checked.accepted, checked.repaired, checked.changed) == (2, 1, True)
    assert spans_of(checked)[0].name == "cha\ufffd"


ODD = {
    "long tag": lambda body: b"\x8a\x00" + body[1:],
    "unknown field": lambda body: body + b"\x1a\x02ab",
    "group": lambda body: b"\x1b\x0a\x01a\x1c" + body,
    "wrong form": lambda body: b"\x08\x05" + body,
    "long length": lambda body: b"\x0a" + bytes([body[1] | 128, body[2] | 128, 0]) + body[3:],
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_written_in_an_odd_way_is_written_anew(name: str) -> None:
    # Longer than 127 bytes, so that its length takes two.
    body = request_with([span(name="x" * 200)]).SerializeToString()
    checked = take(Signal.TRACES, ODD[name](body), False, SETTINGS)
    assert (checked.body, checked.accepted, checked.changed) == (body, 1, True)


def test_bodies_that_are_joined_are_one_body() -> None:
    body = request_with([span()]).SerializeToString()
    assert taken(Signal.TRACES, request_with([span()])).body == body
    two = take(Signal.TRACES, body + body, False, SETTINGS)
    assert (two.accepted, two.body) == (2, body + body)


def test_warming_up_twice_is_fine() -> None:
    warm_up()
    warm_up()
