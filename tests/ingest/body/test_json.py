"""OTLP/JSON: equal to what protobuf's own reader makes of it; hostile documents get one line."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest
from google.protobuf.json_format import ParseError
from hypothesis import given, settings
from hypothesis import strategies as st
from otlp_json import document_of, read_by_json_format
from otlp_random import random_request

from longpole.core.otlp.signals import Signal
from longpole.ingest.body import parse
from longpole.ingest.errors import RefusedError, TooLargeError
from longpole.ingest.services import REQUESTS

TRACE = "0af7651916cd43dd8448eb211c80319c"


def value_of(value: object) -> Any:  # noqa: ANN401
    """What an attribute value is read as."""
    resource = {"attributes": [{"key": "k", "value": value}]}
    body = json.dumps({"resourceSpans": [{"resource": resource}]}).encode()
    request: Any = parse(Signal.TRACES, body, is_json=True)
    return request.resource_spans[0].resource.attributes[0].value


def span_of(**fields: object) -> Any:  # noqa: ANN401
    """What a span is read as."""
    document = {"resourceSpans": [{"scopeSpans": [{"spans": [fields]}]}]}
    request: Any = parse(Signal.TRACES, json.dumps(document).encode(), is_json=True)
    return request.resource_spans[0].scope_spans[0].spans[0]


@pytest.mark.parametrize("signal", Signal)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_valid_documents_mean_what_protobuf_says(signal: Signal, seed: int) -> None:
    rng = random.Random(seed)
    request = random_request(rng, signal, faults=True)
    document = document_of(rng, request)
    read = parse(signal, json.dumps(document).encode(), is_json=True).SerializeToString()
    assert read == read_by_json_format(signal, document).SerializeToString()
    assert read == REQUESTS[signal].FromString(request.SerializeToString()).SerializeToString()


@pytest.mark.parametrize("signal", Signal)
@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_documents_with_a_fault_are_read_alike_or_refused(signal: Signal, seed: int) -> None:
    rng = random.Random(seed)
    document = document_of(rng, random_request(rng, signal, faults=True))
    _put_in(rng, document, rng.choice([5, -1, 1.5, "x", "", True, None, [], {}, [1], {"a": 1}]))
    try:
        read = parse(signal, json.dumps(document).encode(), is_json=True)
    except RefusedError as error:
        assert "\n" not in str(error)
        return
    try:
        expected = read_by_json_format(signal, document)
    except (ParseError, ValueError):
        return  # a bad id is left to the checks, and the two readers differ in what is a number
    assert read.SerializeToString() == expected.SerializeToString()


def _put_in(rng: random.Random, document: Any, fault: object) -> None:  # noqa: ANN401
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [document]
    while waiting:
        at = waiting.pop()
        for key, item in at.items() if isinstance(at, dict) else enumerate(at):
            places.append((at, key))
            if isinstance(item, dict | list):
                waiting.append(item)
    if places:
        at, key = rng.choice(places)
        at[key] = fault


def test_names_in_both_spellings_and_ids_of_either_case() -> None:
    for fields in (
        {"traceId": TRACE, "parentSpanId": "00F067AA0BA902B7", "startTimeUnixNano": "5"},
        {
            "trace_id": TRACE.upper(),
            "parent_span_id": "00f067aa0ba902b7",
            "start_time_unix_nano": 5,
        },
    ):
        span = span_of(**fields)
        assert span.trace_id.hex() == TRACE and span.start_time_unix_nano == 5
        assert span.parent_span_id.hex() == "00f067aa0ba902b7"


@pytest.mark.parametrize("sent", ["no hex", "0a f7", "abc", 5, [], {}, True, "é" * 32])
def test_an_id_that_is_none_is_left_to_the_checks(sent: object) -> None:
    assert len(span_of(traceId=sent, name="x").trace_id) not in {0, 16}


@pytest.mark.parametrize("sent", ["", None])
def test_an_empty_id_is_no_id(sent: object) -> None:
    assert span_of(parentSpanId=sent).parent_span_id == b""


@pytest.mark.parametrize(
    ("sent", "kind"), [(3, 3), ("3", 3), ("SPAN_KIND_CLIENT", 3), ("SPAN_KIND_NEW", 0), (77, 77)]
)
def test_enums(sent: object, kind: int) -> None:
    assert span_of(kind=sent).kind == kind


@pytest.mark.parametrize("sent", [2**63 - 1, str(2**63 - 1), -(2**63), "0", "-0", 5.0, 1e15])
def test_integers(sent: Any) -> None:  # noqa: ANN401
    assert value_of({"intValue": sent}).int_value == int(sent)


@pytest.mark.parametrize(
    ("sent", "read"),
    [("NaN", math.nan), ("Infinity", math.inf), ("-Infinity", -math.inf), (1, 1.0), ("1e3", 1e3)],
)
def test_doubles(sent: object, read: float) -> None:
    found = value_of({"doubleValue": sent}).double_value
    assert found == read or (math.isnan(read) and math.isnan(found))


@pytest.mark.parametrize("sent", ["+/8=", "-_8", "+/8", "-_8="])
def test_bytes_in_either_alphabet(sent: str) -> None:
    assert value_of({"bytesValue": sent}).bytes_value == b"\xfb\xff"


def test_empty_members_are_there_and_null_is_absent() -> None:
    assert value_of({"kvlistValue": {}}).WhichOneof("value") == "kvlist_value"
    assert value_of({"arrayValue": {"values": []}}).WhichOneof("value") == "array_value"
    assert value_of({"stringValue": ""}).WhichOneof("value") == "string_value"
    assert value_of({"stringValue": None, "intValue": 0}).WhichOneof("value") == "int_value"
    assert value_of({}).WhichOneof("value") is None
    assert value_of({"stringValue": "a\x00b"}).string_value == "a\x00b"


def test_of_a_key_that_is_there_twice_the_last_holds() -> None:
    body = b'{"resourceSpans": 5, "resourceSpans": [{"schemaUrl": "a", "schemaUrl": "b"}]}'
    request: Any = parse(Signal.TRACES, body, is_json=True)
    assert [resource.schema_url for resource in request.resource_spans] == ["b"]


FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "text": ({"name": 5}, r"\.spans\[1\]\.name is not a text: 5"),
    "object": ({"status": []}, r"\.status is not an object: a list"),
    "list": ({"events": {}}, r"\.events is not a list: an object"),
    "null in a list": ({"links": [None]}, r"\.links\[0\] is not an object: null"),
    "too large": ({"startTimeUnixNano": 2**64}, r"startTimeUnixNano is not between 0 and"),
    "huge": ({"startTimeUnixNano": "9" * 5000}, r"startTimeUnixNano is not an integer"),
    "negative": ({"endTimeUnixNano": -1}, r"endTimeUnixNano is not between 0"),
    "fraction": ({"kind": 1.5}, r"\.kind is not an integer: 1\.5"),
    "both spellings": ({"traceId": TRACE, "trace_id": TRACE}, r"trace_id is there in both"),
    "boolean": ({"attributes": [{"value": {"boolValue": 1}}]}, r"boolValue is not true or false"),
    "base64": ({"attributes": [{"value": {"bytesValue": "*"}}]}, r"bytesValue is not base64"),
    "double": ({"attributes": [{"value": {"doubleValue": "nan"}}]}, r"doubleValue is not a num"),
    "one of": (
        {"attributes": [{"value": {"intValue": 1, "stringValue": "a"}}]},
        r"attributes\[0\]\.value is not clear: only one of int_value and string_value",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_its_path(name: str) -> None:
    fields, says = FAULTS[name]
    document = {"resourceSpans": [{"scopeSpans": [{"spans": [{}, fields]}]}]}
    with pytest.raises(RefusedError, match=says) as refused:
        parse(Signal.TRACES, json.dumps(document).encode(), is_json=True)
    assert refused.value.http_status == 400 and "resourceSpans[0].scopeSpans[0]" in str(refused)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\xff\xfe{\x00}\x00",
        b"nul",
        b"{",
        b'{"resourceSpans": [NaN]}',
        b'{"resourceSpans": "\\ud800"}',
        b'{"resourceSpans": "\xff"}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 100_000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b'{"a":' * 300 + b"1" + b"}" * 300,
        b"[]",
        b"5",
        b'"x"',
        b"null",
    ],
    ids=range(17),
)
@pytest.mark.parametrize("signal", Signal)
def test_what_is_no_document_is_refused_in_one_line(signal: Signal, body: bytes) -> None:
    try:
        read = parse(signal, body, is_json=True)
    except RefusedError as error:
        assert error.http_status == 400 and "JSON" in str(error) and "\n" not in str(error)
        assert len(str(error)) < 300
    else:
        assert body.startswith(b'{"a": ') and read == REQUESTS[signal](), "an unknown field"


def test_values_may_be_nested_as_deep_as_in_protobuf() -> None:
    def nested(levels: int) -> Any:  # noqa: ANN401
        value: dict[str, Any] = {"stringValue": "deep"}
        for _ in range(levels):
            value = {"arrayValue": {"values": [value]}}
        return value_of(value)

    # request, resource, its parent, attribute and the value itself take the other places
    assert nested(47).ByteSize() > 100
    with pytest.raises(RefusedError, match="deep"):
        nested(90)


def test_a_document_of_very_many_parts_is_refused_before_it_is_made() -> None:
    body = b'{"a": [' + b"{}," * 50_000 + b'"{{{{"]}'
    assert parse(Signal.LOGS, body, is_json=True, max_parts=50_002) == REQUESTS[Signal.LOGS]()
    with pytest.raises(TooLargeError, match="50001 parts"):
        parse(Signal.LOGS, body, is_json=True, max_parts=50_001)
