"""The compiled look says what upb and the rules say, on whole and on damaged bodies."""

from __future__ import annotations

import random

import pytest
from google.protobuf.message import DecodeError, Message
from hypothesis import given, settings
from hypothesis import strategies as st
from otlp_random import damaged, random_request

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.checks import check
from longpole.ingest.services import REQUESTS
from longpole.ingest.wire.walk import look, mend_texts

SEEDS = st.integers(0, 2**32)


def parsed(signal: Signal, body: bytes) -> Message | None:
    request: Message = REQUESTS[signal]()
    try:
        request.ParseFromString(body)
        return request
    except DecodeError:
        return None


def compare(signal: Signal, body: bytes) -> str:
    """Hold the look against upb and the rules; returns which kind of body it was."""
    found, request = look(signal, body), parsed(signal, body)
    if found.broken:
        assert request is None
        mended = mend_texts(signal, body)
        assert mended is None or parsed(signal, mended[0]) is None
        return "broken"
    if found.bad_text:
        assert request is None
        mended = mend_texts(signal, body)
        assert mended is not None and mended[1] > 0
        request = parsed(signal, mended[0])
        assert request is not None
        return "bad text"
    assert request is not None
    checked = check(signal, request, body, IngestSettings())
    if found.clean:
        assert not checked.rejected and not checked.changed
        assert (checked.accepted, checked.body) == (found.items, body if found.items else b"")
        return "clean"
    if not found.odd:
        assert checked.rejected or checked.changed, "it was said to need care"
    return "for the rules"


@pytest.mark.parametrize("signal", Signal)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(SEEDS)
def test_what_is_whole_is_looked_at_only(signal: Signal, seed: int) -> None:
    body = random_request(random.Random(seed), signal, faults=False).SerializeToString()
    # A metric may come out without data, a span without an id.
    assert compare(signal, body) in {"clean", "for the rules"}


@pytest.mark.parametrize("signal", Signal)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(SEEDS)
def test_items_that_the_rules_reject_are_found(signal: Signal, seed: int) -> None:
    compare(signal, random_request(random.Random(seed), signal, True).SerializeToString())


@pytest.mark.parametrize("signal", Signal)
@settings(max_examples=600, deadline=None, derandomize=True)
@given(SEEDS)
def test_damaged_bodies_are_judged_as_upb_judges_them(signal: Signal, seed: int) -> None:
    rng = random.Random(seed)
    compare(signal, damaged(rng, random_request(rng, signal, True).SerializeToString()))


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.sampled_from(list(Signal)), st.binary(max_size=40))
def test_any_bytes_are_judged_as_upb_judges_them(signal: Signal, body: bytes) -> None:
    compare(signal, body)
