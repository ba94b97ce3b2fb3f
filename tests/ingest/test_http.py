from __future__ import annotations

import gzip
import json
import zlib

import httpx
import pytest
from google.protobuf.json_format import MessageToDict
from google.rpc.status_pb2 import Status
from ingest_support import StartIngest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from otlp_requests import request_with, span

from longpole.core.errors import LongpoleError, SettingsError
from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.ingest import IngestService

PROTOBUF = {"content-type": "application/x-protobuf"}
JSON = {"content-type": "application/json"}
# Without a time in it, so that every test process names the case alike.
CUT_GZIP = gzip.compress(b"abc", mtime=0)[:-6]


def post(service: IngestService, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(
        f"http://127.0.0.1:{service.http_port}/v1/traces", content=body, headers=headers
    )


def stored(service: IngestService, store: Store) -> int:
    assert service.wait_stored(60)
    return int(store.rows("SELECT count() AS n FROM otel_traces")[0]["n"])


def test_success_means_stored(service: IngestService, store: Store) -> None:
    body = request_with([span(1), span(2)]).SerializeToString()
    response = post(service, body, PROTOBUF)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-protobuf"
    assert ExportTraceServiceResponse.FromString(response.content) == ExportTraceServiceResponse()
    assert stored(service, store) == 2


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
def test_compressed(service: IngestService, store: Store, pack: object) -> None:
    assert callable(pack)
    encoding = "gzip" if pack is gzip.compress else "deflate"
    body = pack(request_with([span()]).SerializeToString())
    assert post(service, body, {**PROTOBUF, "content-encoding": encoding}).status_code == 200
    assert stored(service, store) == 1


def test_a_gzip_body_of_several_members_is_read_to_its_end(
    service: IngestService, store: Store
) -> None:
    parts = [request_with([span(n)]).SerializeToString() for n in (1, 2)]
    body = b"".join(gzip.compress(part) for part in parts)
    response = post(service, body, {**PROTOBUF, "content-encoding": "gzip"})
    assert response.status_code == 200
    assert stored(service, store) == 2


def test_unknown_fields_of_a_request_are_ignored(service: IngestService, store: Store) -> None:
    newer = b"\x10\x01" + b"\x1a\x02ab"  # field 2, a number; field 3, text
    body = request_with([span(1)]).SerializeToString()
    assert post(service, newer + body + newer, PROTOBUF).status_code == 200
    assert post(service, b"\x8a\x00" + body[1:], PROTOBUF).status_code == 200, "a longer tag"
    assert stored(service, store) == 2


def test_one_request_cannot_make_a_part_for_every_day(service: IngestService) -> None:
    day = 86_400 * 10**9
    spans = [span(n, start_ns=n * day) for n in range(1, 121)] + [span(121, start_ns=5 * day)]
    response = post(service, request_with(spans).SerializeToString(), PROTOBUF)
    answer = ExportTraceServiceResponse.FromString(response.content)
    assert answer.partial_success.rejected_spans == 20
    assert "more than 100 days" in answer.partial_success.error_message


def test_json_with_hex_ids(service: IngestService, store: Store) -> None:
    document = MessageToDict(request_with([span(3)]))
    (item,) = document["resourceSpans"][0]["scopeSpans"][0]["spans"]
    item.update(traceId=f"{3:032X}", spanId=f"{3:016x}", kind=3, unknownField={"x": 1})
    response = post(service, json.dumps(document).encode(), JSON)
    assert (response.status_code, response.json()) == (200, {})
    assert service.wait_stored(60)
    rows = store.rows("SELECT TraceId, SpanId, SpanKind FROM otel_traces")
    assert rows == [{"TraceId": f"{3:032x}", "SpanId": f"{3:016x}", "SpanKind": "Client"}]


def test_invalid_spans_are_counted_and_neighbours_stay(
    service: IngestService, store: Store
) -> None:
    broken, zero, late = span(2), span(3), span(4, start_ns=2**63)
    broken.trace_id, zero.span_id = b"short", bytes(8)
    body = request_with([span(1), broken, zero, late, span(5)]).SerializeToString()
    response = post(service, body, PROTOBUF)
    partial = ExportTraceServiceResponse.FromString(response.content).partial_success
    assert response.status_code == 200 and partial.rejected_spans == 3
    assert "trace id" in partial.error_message and "2106" in partial.error_message
    assert stored(service, store) == 2


def test_invalid_json_ids_are_counted_too(service: IngestService, store: Store) -> None:
    document = MessageToDict(request_with([span(1), span(2)]))
    good, bad = document["resourceSpans"][0]["scopeSpans"][0]["spans"]
    good.update(traceId=f"{1:032x}", spanId=f"{1:016x}")
    bad.update(traceId="no hex", spanId=f"{2:016x}")
    response = post(service, json.dumps(document).encode(), JSON)
    assert response.json()["partialSuccess"]["rejectedSpans"] == "1"
    assert stored(service, store) == 1


def test_a_span_that_ends_before_it_starts_is_stored_and_marked(
    service: IngestService, store: Store
) -> None:
    body = request_with([span(length_ns=-5)]).SerializeToString()
    assert post(service, body, PROTOBUF).status_code == 200
    assert service.wait_stored(60)
    (row,) = store.rows("SELECT Duration, SpanAttributes FROM otel_traces")
    assert row == {"Duration": 0, "SpanAttributes": {"longpole.end_before_start": "true"}}


@pytest.mark.parametrize(
    ("body", "headers", "status", "says"),
    [
        (b"\xff\xff\xff", PROTOBUF, 400, "not an OTLP"),
        (b"{", JSON, 400, "not JSON"),
        (b"[]", JSON, 400, "not an object"),
        (b'{"resourceSpans": 5}', JSON, 400, "not a list"),
        (
            b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"name": {"a": 1}}]}]}]}',
            JSON,
            400,
            "name",
        ),
        (b"[" * 100_000, JSON, 400, "not JSON"),
        (b"no gzip", {**PROTOBUF, "content-encoding": "gzip"}, 400, "damaged"),
        (CUT_GZIP, {**PROTOBUF, "content-encoding": "gzip"}, 400, "cut off"),
        (b"", {**PROTOBUF, "content-encoding": "br"}, 415, "br"),
        (b"", {"content-type": "text/plain"}, 415, "text/plain"),
    ],
)
def test_bad_requests_get_one_clear_line(
    service: IngestService,
    store: Store,
    body: bytes,
    headers: dict[str, str],
    status: int,
    says: str,
) -> None:
    response = post(service, body, headers)
    assert response.status_code == status
    if response.headers["content-type"] == "application/json":
        message = response.json()["message"]
    else:
        message = Status.FromString(response.content).message
    assert says in message and "\n" not in message
    assert stored(service, store) == 0


def test_too_large_plain_or_unpacked(start_ingest: StartIngest, store: Store) -> None:
    service = start_ingest(max_body_mib=1)
    bomb = gzip.compress(bytes(50 << 20))
    assert post(service, bytes(2 << 20), PROTOBUF).status_code == 413
    assert post(service, bomb, {**PROTOBUF, "content-encoding": "gzip"}).status_code == 413
    assert stored(service, store) == 0


def test_an_empty_request_is_fine(service: IngestService) -> None:
    assert post(service, b"", PROTOBUF).status_code == 200
    assert post(service, b"{}", JSON).json() == {}


def test_a_key_is_asked_for_where_one_is_set(start_ingest: StartIngest) -> None:
    service = start_ingest(api_key="secret")
    body = request_with([span()]).SerializeToString()
    assert post(service, body, PROTOBUF).status_code == 401
    assert post(service, body, {**PROTOBUF, "x-longpole-key": "wrong"}).status_code == 401
    assert post(service, body, {**PROTOBUF, "x-longpole-key": "secret"}).status_code == 200
    assert post(service, body, {**PROTOBUF, "authorization": "Bearer secret"}).status_code == 200


def test_overload_asks_for_a_retry(start_ingest: StartIngest, store: Store) -> None:
    service = start_ingest(max_waiting_mib=1)
    large = span()
    large.attributes.add(key="x").value.string_value = "x" * (2 << 20)
    response = post(service, request_with([large]).SerializeToString(), PROTOBUF)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert stored(service, store) == 0


def test_unknown_paths_say_where_traces_go(service: IngestService) -> None:
    response = httpx.get(f"http://127.0.0.1:{service.http_port}/v1/else")
    assert response.status_code == 404 and "/v1/traces" in response.json()["message"]


def test_a_taken_port_is_one_line(service: IngestService, start_ingest: StartIngest) -> None:
    with pytest.raises(LongpoleError, match=f"port {service.http_port} .*--otlp-http-port"):
        start_ingest(http_port=service.http_port)
    with pytest.raises(LongpoleError, match=f"port {service.grpc_port} .*--otlp-grpc-port"):
        start_ingest(grpc_port=service.grpc_port)


def test_open_to_the_network_needs_a_key_or_a_word(store: Store) -> None:
    with pytest.raises(SettingsError, match=r"ingest\.api_key"):
        IngestService(store, IngestSettings(host="0.0.0.0"))
