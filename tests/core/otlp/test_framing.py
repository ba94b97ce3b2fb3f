"""Framing takes what OTLP's encoders write, refuses the rest in words, and can be undone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans
from otlp_requests import request_with, span
from otlp_wire import number_field, small_body, small_message, text_field, varint

from longpole.core.errors import InputError
from longpole.core.otlp import Signal, frame_request, rewrite, unframe

OWN = 15001
BASE = small_message(Signal.TRACES)


@pytest.mark.parametrize("signal", Signal)
@pytest.mark.parametrize("project", ["", "shop", "größe/2", "x" * 300])
def test_unframe_gives_the_body_back(signal: Signal, project: str) -> None:
    body = small_body(signal) + text_field(1, b"") + small_body(signal)
    assert unframe(frame_request(body, project)) == body


def test_frames_of_requests_may_be_joined() -> None:
    one, two = small_body(Signal.LOGS), small_body(Signal.METRICS)
    assert unframe(frame_request(one, "a") + frame_request(two, "b")) == one + two


def test_without_a_project_it_is_the_default_one() -> None:
    body = small_body(Signal.TRACES)
    assert frame_request(body, "") == frame_request(body, "default")


def test_an_empty_request_has_no_frames() -> None:
    assert frame_request(b"", "shop") == unframe(b"") == b""


@pytest.mark.parametrize(
    "end",
    [
        number_field(OWN, 7),
        number_field(1, 12),
        varint(OWN << 3 | 1) + bytes(8),
        varint(OWN << 3 | 5) + bytes(4),
        varint(99 << 3 | 3) + varint(99 << 3 | 4),
    ],
    ids=["own varint", "resource as varint", "own fixed64", "own fixed32", "group"],
)
def test_an_encoding_that_could_hide_the_project_is_refused(end: bytes) -> None:
    ResourceSpans.FromString(BASE + end)  # other readers take it
    with pytest.raises(InputError, match="wire type"):
        frame_request(text_field(1, BASE + end), "shop")


@pytest.mark.parametrize("body", [b"\x12\x00", b"\x0a\x05abc", b"\x0a\x80", b"\x0a\x02\x0a\x05"])
def test_foreign_and_cut_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(InputError):
        frame_request(body, "shop")


@settings(max_examples=300)
@given(st.binary(max_size=64) | st.binary(max_size=30).map(lambda inner: text_field(1, inner)))
def test_foreign_bytes_never_crash_the_framing(body: bytes) -> None:
    try:
        frames = frame_request(body, "shop")
    except InputError:
        return
    assert frame_request(unframe(frames), "shop") == frames


def test_a_rewritten_frame_is_plain_and_keeps_its_project() -> None:
    plain = request_with([span()]).SerializeToString()
    twice = text_field(2, text_field(2, span().SerializeToString() + text_field(5, b"other")))
    body = plain + text_field(1, twice + text_field(2047, b"new"))
    rewritten = rewrite(Signal.TRACES, frame_request(body, "shop"))
    expected = ResourceSpans()
    expected.scope_spans.add().spans.append(span(name="other"))
    assert rewritten == frame_request(plain + text_field(1, expected.SerializeToString()), "shop")


def test_what_is_no_message_of_the_signal_cannot_be_rewritten() -> None:
    frames = frame_request(text_field(1, text_field(2, b"\xff")), "shop")
    with pytest.raises(InputError, match="ResourceLogs"):
        rewrite(Signal.LOGS, frames)
