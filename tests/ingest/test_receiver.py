"""What no transport sees: mistakes of ours, and senders who invent projects."""

from __future__ import annotations

import grpc
import httpx
import pytest
from google.rpc.status_pb2 import Status
from otlp_requests import request_with, span

from longpole.core.store import Store
from longpole.ingest import IngestService, intake
from longpole.ingest.reading import Reader

PROTOBUF = {"content-type": "application/x-protobuf"}
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


def post(service: IngestService, number: int, **headers: str) -> httpx.Response:
    body = request_with([span(number)]).SerializeToString()
    url = f"http://127.0.0.1:{service.http_port}/v1/traces"
    return httpx.post(url, content=body, headers={**PROTOBUF, **headers})


def test_a_mistake_of_ours_is_told_and_costs_one_request(
    service: IngestService, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "read", broken)
        answer = post(service, 1)
        assert answer.status_code == 500 and "log" in Status.FromString(answer.content).message
        with grpc.insecure_channel(f"127.0.0.1:{service.grpc_port}") as channel:
            with pytest.raises(grpc.RpcError) as caught:
                channel.unary_unary(EXPORT)(b"")
            assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert service.receiver.memory.used == 0
    assert service.metrics()["refused_requests_failed"] == 2
    assert post(service, 2).status_code == 200
    assert service.wait_stored(60)


def test_projects_cannot_be_invented_without_end(
    service: IngestService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_PROJECTS", 2)
    statuses = [
        post(service, number, **{"x-longpole-project": name}).status_code
        for number, name in enumerate(("a", "b", "c", "a"), 1)
    ]
    assert statuses == [200, 200, 403, 200]
