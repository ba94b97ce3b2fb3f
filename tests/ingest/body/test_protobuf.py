"""Protobuf bodies whose texts are not UTF-8: mended, with everything else as it was."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from otlp_random import random_request
from otlp_requests import request_with, span

from longpole.core.otlp.signals import Signal
from longpole.ingest.body import parse
from longpole.ingest.body.protobuf import request_from_protobuf
from longpole.ingest.errors import RefusedError, TooLargeError
from longpole.ingest.services import REQUESTS
from longpole.ingest.wire.walk import mend_texts

HOLDER = "placeholder"


def body_with(name: bytes) -> bytes:
    """A request whose one span has this name, and an attribute behind it."""
    item = span(name=HOLDER)
    item.attributes.add(key="after").value.int_value = 7
    # A length of the same size as the name's, so that only bytes of the same number change.
    item.name = HOLDER[:1] * len(name)
    body: bytes = request_with([item]).SerializeToString()
    return body.replace(item.name.encode(), name)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(min_size=12, max_size=30))
@example(b"cut in an emoji \xf0\x9f\x9a")
@example(b"surrogate \xed\xa0\x80, overlong \xc0\xaf")
@example(b"\xf4\x90\x80\x80 \xf5\x80\x80\x80 \xe0\x80\x80")
def test_a_text_is_mended_as_python_does(name: bytes) -> None:
    request: Any
    request, repaired = request_from_protobuf(Signal.TRACES, body_with(name), 10**6)
    (read,) = request.resource_spans[0].scope_spans[0].spans
    assert read.name == name.decode("utf-8", "replace")
    assert repaired == (read.name.encode() != name)
    assert read.attributes[0].value.int_value == 7 and read.trace_id == span().trace_id


@pytest.mark.parametrize("signal", Signal)
@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 2**32))
def test_what_is_whole_stays_as_it_is(signal: Signal, seed: int) -> None:
    request = random_request(random.Random(seed), signal, faults=True)
    body = request.SerializeToString()
    mended = mend_texts(signal, body)
    assert mended is not None and mended[1] == 0
    assert REQUESTS[signal].FromString(mended[0]).SerializeToString() == body


@pytest.mark.parametrize("signal", Signal)
def test_every_text_of_a_long_request_is_mended(signal: Signal) -> None:
    request = REQUESTS[signal]()
    resources = getattr(request, request.DESCRIPTOR.fields[0].name)
    for _ in range(300):
        attributes = resources.add().resource.attributes
        attributes.add(key="a" * 200).value.string_value = "z"
    body = request.SerializeToString().replace(b"a" * 200, b"\xff" * 200).replace(b"z", b"\xe2")
    read: Any = parse(signal, body, is_json=False)
    for resource in getattr(read, request.DESCRIPTOR.fields[0].name):
        (attribute,) = resource.resource.attributes
        assert (attribute.key, attribute.value.string_value) == ("\ufffd" * 200, "\ufffd")


def test_bytes_and_unknown_fields_are_not_texts() -> None:
    item = span()
    item.attributes.add(key="raw").value.bytes_value = b"\xff\xfe"
    body = request_with([item]).SerializeToString() + b"\xfa\x07\x02\xff\xff"
    request, repaired = request_from_protobuf(Signal.TRACES, body, 10**6)
    assert (repaired, request.SerializeToString()) == (0, body)


@pytest.mark.parametrize("body", [b"\xff\xff\xff", b"\x0a\x05\x1a", b"\x0a\x03\x1a\x02\xff"])
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(RefusedError, match=f"{len(body)} bytes is not an OTLP Export") as refused:
        parse(Signal.TRACES, body, is_json=False)
    assert "\n" not in str(refused.value)


def test_a_body_of_very_many_messages_is_refused_before_it_is_made() -> None:
    body = b"\x0a\x00" * 50_000
    assert parse(Signal.LOGS, body, is_json=False, max_parts=50_000).ByteSize() == len(body)
    with pytest.raises(TooLargeError, match="49999 parts"):
        parse(Signal.LOGS, body, is_json=False, max_parts=49_999)
