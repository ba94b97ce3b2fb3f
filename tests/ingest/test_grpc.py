from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from ingest_support import StartIngest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from otlp_requests import request_with, span

from longpole.core.store import Store
from longpole.ingest import IngestService


@pytest.fixture
def stub(service: IngestService) -> Iterator[TraceServiceStub]:
    with grpc.insecure_channel(f"127.0.0.1:{service.grpc_port}") as channel:
        yield TraceServiceStub(channel)  # type: ignore[no-untyped-call]


def stored(service: IngestService, store: Store) -> int:
    assert service.wait_stored(60)
    return int(store.rows("SELECT count() AS n FROM otel_traces")[0]["n"])


def test_partial_success(stub: TraceServiceStub, service: IngestService, store: Store) -> None:
    bad = span(2)
    bad.span_id = b""
    response = stub.Export(request_with([span(1), bad]))
    assert response.partial_success.rejected_spans == 1
    assert stored(service, store) == 1


def test_foreign_bytes_are_an_invalid_argument(service: IngestService, store: Store) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{service.grpc_port}") as channel:
        call = channel.unary_unary("/opentelemetry.proto.collector.trace.v1.TraceService/Export")
        with pytest.raises(grpc.RpcError) as caught:
            call(b"\xff\xff\xff")
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "not an OTLP" in caught.value.details()
    assert stored(service, store) == 0


def test_limits_keys_and_overload_have_their_codes(start_ingest: StartIngest) -> None:
    large = span()
    large.attributes.add(key="x").value.string_value = "x" * (2 << 20)
    cases: list[tuple[dict[str, object], grpc.StatusCode]] = [
        ({"max_body_mib": 1}, grpc.StatusCode.RESOURCE_EXHAUSTED),
        ({"max_waiting_mib": 1}, grpc.StatusCode.UNAVAILABLE),
        ({"api_key": "secret"}, grpc.StatusCode.UNAUTHENTICATED),
    ]
    for settings, code in cases:
        service = start_ingest(**settings)
        with grpc.insecure_channel(f"127.0.0.1:{service.grpc_port}") as channel:
            with pytest.raises(grpc.RpcError) as caught:
                stub = TraceServiceStub(channel)  # type: ignore[no-untyped-call]
                stub.Export(request_with([large]))
            assert caught.value.code() == code
            if code == grpc.StatusCode.UNAVAILABLE:
                keys = [key for key, _ in caught.value.trailing_metadata()]
                assert "grpc-status-details-bin" in keys


@pytest.mark.parametrize("transport", ["grpc", "http", "http-gzip"])
def test_the_real_exporters(service: IngestService, store: Store, transport: str) -> None:
    exporter: SpanExporter
    if transport == "grpc":
        exporter = GrpcExporter(endpoint=f"http://127.0.0.1:{service.grpc_port}", insecure=True)
    else:
        compression = Compression.Gzip if transport == "http-gzip" else Compression.NoCompression
        exporter = HttpExporter(
            endpoint=f"http://127.0.0.1:{service.http_port}/v1/traces", compression=compression
        )
    provider = TracerProvider(resource=Resource.create({"service.name": "real"}))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with provider.get_tracer("t").start_as_current_span("outer") as outer:
        outer.set_attribute("gen_ai.usage.input_tokens", 12)
    provider.shutdown()
    assert service.wait_stored(60)
    (row,) = store.rows("SELECT SpanName, ServiceName, SpanAttributes FROM otel_traces")
    assert (row["SpanName"], row["ServiceName"]) == ("outer", "real")
    assert row["SpanAttributes"] == {"gen_ai.usage.input_tokens": "12"}
