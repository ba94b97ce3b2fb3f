"""Any bytes, in any encoding, for any signal: checked or refused, in little time and memory."""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from otlp_json import document_of
from otlp_random import damaged, random_request

from longpole.core.otlp import frame_request
from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.body import decompress
from longpole.ingest.checks import take_each
from longpole.ingest.errors import RefusedError
from longpole.ingest.wire.walk import look

LIMIT = 1 << 20  # bytes
# Small, so that limits are met too.
SETTINGS = IngestSettings(max_items=50)
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
SEEDS = st.integers(0, 2**48)


def survive(signal: Signal, body: bytes, encoding: str, is_json: bool) -> bool:
    """Whether the body was accepted; anything but an answer or a refusal fails."""
    try:
        plain = decompress(body, encoding, LIMIT)
        assert len(plain) <= LIMIT
        parts = take_each(signal, plain, is_json, SETTINGS, lambda name: name or "default")
    except RefusedError as error:
        assert "\n" not in str(error) and 400 <= error.http_status < 500
        return False
    for _, checked in parts:
        # What is stored needs no second thought, ever.
        found = look(signal, checked.body)
        assert (found.items, found.broken, found.bad_text) == (checked.accepted, False, False)
        assert bool(frame_request(checked.body, "p")) == bool(checked.body)
    return True


@pytest.mark.parametrize("encoding", PACKERS)
@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.sampled_from(list(Signal)), st.booleans(), SEEDS)
def test_damaged_bodies(encoding: str, signal: Signal, is_json: bool, seed: int) -> None:
    rng = random.Random(seed)
    request = random_request(rng, signal, faults=rng.random() < 0.5)
    if is_json:
        body = json.dumps(document_of(rng, request)).encode()
    else:
        body = request.SerializeToString()
    for _ in range(3):
        survive(signal, PACKERS[encoding](damaged(rng, body)), encoding, is_json)
        survive(signal, damaged(rng, PACKERS[encoding](body)), encoding, is_json)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(list(Signal)), st.sampled_from(sorted(PACKERS)), st.booleans(), st.binary())
def test_foreign_bytes(signal: Signal, encoding: str, is_json: bool, body: bytes) -> None:
    survive(signal, body, encoding, is_json)
    survive(signal, PACKERS[encoding](body), encoding, is_json)


NAMES = (
    *("resourceSpans", "scopeSpans", "spans", "traceId", "attributes", "key", "value"),
    *("resource_logs", "scopeLogs", "logRecords", "body", "kvlistValue", "values"),
    *("resourceMetrics", "scopeMetrics", "metrics", "gauge", "dataPoints", "asInt"),
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inside,
            max_size=4,
        )
    ),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.sampled_from(list(Signal)), ANY_JSON)
def test_any_document(signal: Signal, document: object) -> None:
    survive(signal, json.dumps(document).encode(), "", is_json=True)


@pytest.mark.parametrize("signal", Signal)
def test_large_hostile_bodies_take_little_time(signal: Signal) -> None:
    """Each of these is linear work; pytest's time limit is what a quadratic one would meet."""
    size = 150_000
    for body in (
        b"\x0a\x00" * size,
        b"\x0b" * size,
        b"\x0a\x04\x1a\x02\xff\xff" * size,
        b"\x12\x01\xff" * size,
        b"\x80" * size,
        (b"\x0a" + b"\x80" * 4 + b"\x00") * size,
    ):
        survive(signal, body, "", is_json=False)
    for text in (b"[" * size, b'{"a":' * size, b'"' * size, b"[{}" + b",{}" * size + b"]"):
        survive(signal, text, "", is_json=True)
