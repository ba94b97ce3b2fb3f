"""A released OTLP agent between a program and Longpole: rotel receives, batches and forwards."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from running import Running, environment, running

pytestmark = pytest.mark.slow

PROTOCOLS = ("http", "grpc")
SPANS = 30
WAIT_S = 60


@pytest.fixture(scope="module")
def longpole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("data")) as started:
        yield started


@contextmanager
def rotel(forward_to: str, protocol: str) -> Iterator[dict[str, str]]:
    """An agent that forwards traces; yields where it listens, by protocol."""
    spec = importlib.util.find_spec("rotel")
    assert spec is not None and spec.origin is not None
    binary = Path(spec.origin).with_name("rotel-agent")
    at = {name: f"127.0.0.1:{free_port()}" for name in PROTOCOLS}
    process = subprocess.Popen(
        [
            *(str(binary), "start", "--exporter", "otlp", "--batch-timeout", "200ms"),
            *("--otlp-http-endpoint", at["http"], "--otlp-grpc-endpoint", at["grpc"]),
            *("--otlp-exporter-endpoint", forward_to, "--otlp-exporter-protocol", protocol),
        ],
        env=environment(),
        stdout=subprocess.DEVNULL,
    )
    try:
        for address in at.values():
            wait_listening(process, address)
        yield at
    finally:
        process.terminate()
        process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_listening(process: subprocess.Popen[bytes], address: str) -> None:
    host, _, port = address.partition(":")
    deadline = time.monotonic() + WAIT_S
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"rotel does not listen on {address}; exit code {process.poll()}")


@pytest.mark.parametrize("forwards", PROTOCOLS)
@pytest.mark.parametrize("receives", PROTOCOLS)
def test_spans_arrive_through_the_agent(longpole: Running, receives: str, forwards: str) -> None:
    service = f"behind-rotel-{receives}-{forwards}"
    to = longpole.otlp_http if forwards == "http" else f"http://{longpole.otlp_grpc}"
    with rotel(to, forwards) as listening:
        trace_id = send(service, exporter(receives, listening[receives]))
        trace = wait_trace(longpole, trace_id)
    assert {span["service"] for span in trace["spans"]} == {service}
    assert {span["name"] for span in trace["spans"]} == {
        "root",
        *(f"chat {number}" for number in range(SPANS - 1)),
    }


def exporter(protocol: str, address: str) -> SpanExporter:
    if protocol == "http":
        return HttpExporter(endpoint=f"http://{address}/v1/traces")
    return GrpcExporter(endpoint=address, insecure=True)


def send(service: str, out: SpanExporter) -> str:
    """One trace through the real SDK; returns its id."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(out))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("root") as root:
        for number in range(SPANS - 1):
            with tracer.start_as_current_span(f"chat {number}"):
                pass
    assert provider.force_flush(), "the agent did not take the spans"
    provider.shutdown()
    return f"{root.get_span_context().trace_id:032x}"


def wait_trace(longpole: Running, trace_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + WAIT_S
    answer = None
    while time.monotonic() < deadline:
        answer = httpx.get(f"{longpole.ui}/api/v1/traces/{trace_id}", timeout=60)
        if answer.status_code == 200 and len(answer.json()["spans"]) == SPANS:
            found: dict[str, Any] = answer.json()
            return found
        time.sleep(0.2)
    raise AssertionError(f"the trace is not there: {answer and answer.text[:500]}")
