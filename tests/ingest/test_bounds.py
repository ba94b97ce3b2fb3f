"""Nobody makes the service grow, wait or stand still: each limit answers and cuts."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import httpx
import pytest
from ingest_support import StartIngest
from otlp_requests import request_with, span

from longpole.ingest import IngestService, http, protocol

PROTOBUF = {"content-type": "application/x-protobuf"}
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
HEAD = b"POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n"


@contextmanager
def connected(service: IngestService) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", service.http_port), timeout=30) as connection:
        yield connection


def is_cut(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_headers_that_never_end_are_cut(
    service: IngestService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEADERS_S", 0.2)
    for sent in (b"", b"POST /v1/tra", HEAD):
        with connected(service) as connection:
            connection.sendall(sent)
            assert is_cut(connection), sent


def test_a_second_request_that_drips_is_cut_too(
    service: IngestService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEADERS_S", 0.2)
    with connected(service) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        assert b"200 OK" in connection.recv(4096)
        connection.sendall(b"POST /v1/tra")
        connection.settimeout(10)
        assert is_cut(connection)


def test_headers_without_end_are_cut(service: IngestService) -> None:
    with connected(service) as connection, pytest.raises(OSError):
        connection.sendall(HEAD)
        for number in range(10_000):
            connection.sendall(b"x-%d: %s\r\n" % (number, b"y" * 1000))


def test_a_body_that_drips_is_told_so(
    service: IngestService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PATIENCE_S", 0.2)
    with connected(service) as connection:
        connection.sendall(HEAD + b"content-length: 1000\r\n\r\nabc")
        answer = connection.recv(4096)
        assert b" 408 " in answer and b"connection: close" in answer.lower()


def test_bodies_in_memory_are_bounded(start_ingest: StartIngest) -> None:
    service = start_ingest(max_reading_mib=1)
    url = f"http://127.0.0.1:{service.http_port}/v1/traces"
    large = httpx.post(url, content=bytes(2 << 20), headers=PROTOBUF)
    assert (large.status_code, large.headers["retry-after"]) == (503, "2")
    small = request_with([span(1)]).SerializeToString()
    assert httpx.post(url, content=small, headers=PROTOBUF).status_code == 200
    assert service.receiver.memory.used == 0


def test_a_body_that_says_it_is_too_large_is_not_read(start_ingest: StartIngest) -> None:
    with connected(start_ingest(max_body_mib=1)) as connection:
        connection.sendall(HEAD + b"content-length: 99999999999\r\n\r\n")
        assert b" 413 " in connection.recv(4096)


def test_connections_are_bounded(start_ingest: StartIngest) -> None:
    service = start_ingest(max_connections=3)
    with connected(service), connected(service):
        time.sleep(0.1)
        answer = httpx.get(f"http://127.0.0.1:{service.http_port}/healthz")
        assert answer.status_code == 503
    deadline = time.monotonic() + 10
    while httpx.get(f"http://127.0.0.1:{service.http_port}/healthz").status_code == 503:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_bomb_over_grpc_is_refused(start_ingest: StartIngest) -> None:
    service = start_ingest(max_body_mib=1)
    unlimited = [("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(f"127.0.0.1:{service.grpc_port}", unlimited) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            channel.unary_unary(EXPORT)(bytes(50 << 20), compression=grpc.Compression.Gzip)
        assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        body = request_with([span(1)]).SerializeToString()
        channel.unary_unary(EXPORT)(body, compression=grpc.Compression.Gzip)
    assert service.wait_stored(60)


def test_a_full_disk_is_kept_from_getting_fuller(start_ingest: StartIngest) -> None:
    service = start_ingest(min_free_mib=1 << 40)
    body = request_with([span(1)]).SerializeToString()
    answer = httpx.post(
        f"http://127.0.0.1:{service.http_port}/v1/traces", content=body, headers=PROTOBUF
    )
    assert answer.status_code == 503 and b"ingest.min_free_mib" in answer.content
