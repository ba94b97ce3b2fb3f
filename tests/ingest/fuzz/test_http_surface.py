"""Any request to the OTLP/HTTP port gets an answer that blames the sender or accepts; never 500."""

from __future__ import annotations

import http.client
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from otlp_random import damaged, random_request
from otlp_requests import request_with, span

from longpole.core.otlp.signals import Signal
from longpole.ingest import IngestService

METHODS = ["POST", "POST", "POST", "POST", "GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]
PATHS = [
    *(f"/v1/{signal}" for signal in Signal),
    *("/v1/traces/", "/v1", "/", "/healthz", "//v1/traces", "/v1/traces?x=%ff", "/%00", "/..%2f"),
]
TYPES = ["application/x-protobuf", "application/json", "application/json; charset=utf-8"]
TYPES += [
    "APPLICATION/X-PROTOBUF",
    "text/plain",
    "",
    ";",
    "application/json;;;=",
    "\xff",
    "x" * 900,
]
ENCODINGS = ["", "identity", "gzip", "GZIP", "deflate", "zstd", "br", "gzip, gzip", "\xe9", "*"]
NAMES = st.sampled_from(
    ["x-longpole-key", "authorization", "accept", "x-longpole-project", "traceparent"]
)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30)
HEADERS = st.dictionaries(NAMES, VALUES.map(str.strip), max_size=3)
# One body that is right, so that some requests are accepted.
GOOD = request_with([span()]).SerializeToString()


def bodies(seed: int) -> bytes:
    rng = random.Random(seed)
    body = random_request(rng, rng.choice(list(Signal)), faults=True).SerializeToString()
    return damaged(rng, body)


BODIES = st.just(GOOD) | st.just(b"{}") | st.integers(0, 2**32).map(bodies) | st.binary()


def send(
    port: int, method: str, path: str, headers: dict[str, str], body: bytes
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(METHODS),
    st.sampled_from(PATHS),
    st.sampled_from(TYPES),
    st.sampled_from(ENCODINGS),
    HEADERS,
    BODIES,
)
def test_no_request_is_our_fault(
    service: IngestService,
    method: str,
    path: str,
    kind: str,
    encoding: str,
    headers: dict[str, str],
    body: bytes,
) -> None:
    sent = {**headers, "content-type": kind, "content-encoding": encoding}
    status, answer = send(service.http_port, method, path, sent, body)
    assert 200 <= status < 500 or status == 503, answer[:300]
    assert b"Traceback" not in answer


def test_a_good_request_is_accepted_amid_all_that(service: IngestService) -> None:
    sent = {"content-type": TYPES[0]}
    assert send(service.http_port, "POST", "/v1/traces", sent, GOOD)[0] == 200
    assert service.wait_stored(60)
