"""`init` in processes of its own, because a tracer provider is set once a process."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from longpole.sdk._export import BoundedExporter, make_exporter


class Sink(ThreadingHTTPServer):
    """Keeps what exporters post."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, str], ExportTraceServiceRequest]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Sink

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = ExportTraceServiceRequest.FromString(body)
        self.server.requests.append((self.path, headers, request))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def sink() -> Iterator[Sink]:
    server = Sink()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(program: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True, text=True, timeout=120, env=environ,
    )  # fmt: skip


def attribute_map(attributes: Iterable[KeyValue]) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value") or "") for a in attributes}


@pytest.mark.slow
def test_a_program_exports_with_key_and_resource_when_it_ends(sink: Sink) -> None:
    done = run(
        f"""
import longpole.sdk as longpole
longpole.init("bot", endpoint="{sink.url}/", api_key="k1", release="1.4", environment="prod",
              attributes={{"team": "search"}})
with longpole.session("s1"), longpole.agent("planner"):
    pass
"""
    )
    assert (done.returncode, done.stderr) == (0, "")
    [(path, headers, request)] = sink.requests
    assert (path, headers["x-longpole-key"]) == ("/v1/traces", "k1")
    [resource_spans] = request.resource_spans
    resource = attribute_map(resource_spans.resource.attributes)
    assert resource["service.name"] == "bot"
    assert resource["service.version"] == "1.4"
    assert resource["deployment.environment.name"] == "prod"
    assert resource["team"] == "search"
    assert resource["process.pid"] > 0
    assert len(resource["service.instance.id"]) == 36
    [scope_spans] = resource_spans.scope_spans
    assert scope_spans.scope.name == "longpole.sdk"
    told = attribute_map(scope_spans.spans[0].attributes)
    assert told["gen_ai.conversation.id"] == "s1"


@pytest.mark.slow
def test_the_opentelemetry_variables_name_address_and_service(sink: Sink) -> None:
    done = run(
        "import longpole.sdk as lp; h = lp.init()\n"
        "with lp.step('s'): pass\n"
        "assert h.flush(); h.shutdown(); assert not h.flush()",
        OTEL_EXPORTER_OTLP_ENDPOINT=sink.url, OTEL_SERVICE_NAME="from-env",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    [(path, _, request)] = sink.requests
    assert path == "/v1/traces"
    resource = attribute_map(request.resource_spans[0].resource.attributes)
    assert resource["service.name"] == "from-env"


@pytest.mark.slow
def test_init_twice_exports_each_span_once_and_again_after_shutdown(sink: Sink) -> None:
    done = run(
        f"""
import longpole.sdk as longpole
first = longpole.init("bot", endpoint="{sink.url}")
assert longpole.init("other", endpoint="http://127.0.0.1:1") is first
with longpole.step("one"): pass
first.shutdown()
again = longpole.init("bot", endpoint="{sink.url}")
assert again is not first
with longpole.step("two"): pass
"""
    )
    assert (done.returncode, done.stderr) == (0, "")
    names = [
        span.name
        for _, _, request in sink.requests
        for group in request.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]
    assert names == ["one", "two"]


@pytest.mark.slow
def test_a_provider_that_is_there_is_kept_and_gets_one_more_exporter(sink: Sink) -> None:
    done = run(
        f"""
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
own = TracerProvider(resource=Resource.create({{"service.name": "own"}}))
kept = InMemorySpanExporter()
own.add_span_processor(SimpleSpanProcessor(kept))
trace.set_tracer_provider(own)
import longpole.sdk as longpole
handle = longpole.init("ignored", endpoint="{sink.url}")
assert trace.get_tracer_provider() is own
with longpole.step("s"): pass
handle.shutdown()
with longpole.step("later"): pass
print([span.name for span in kept.get_finished_spans()])
"""
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "['s', 'later']"
    [(_, _, request)] = sink.requests
    resource = attribute_map(request.resource_spans[0].resource.attributes)
    assert resource["service.name"] == "own"


@pytest.mark.slow
def test_a_program_runs_and_ends_where_no_server_listens() -> None:
    done = run(
        """
import longpole.sdk as longpole
handle = longpole.init("bot", endpoint="http://127.0.0.1:9", timeout_s=0.5)
for _ in range(20_000):
    with longpole.step("s"): pass
print(len(handle._processor._batch_processor._queue) <= 2048, handle.flush())
for _ in range(2_048):
    with longpole.step("s"): pass
"""
    )
    assert (done.returncode, done.stdout.strip()) == (0, "True False")
    assert "Traceback" not in done.stderr


class Refusing(SpanExporter):
    """Takes three seconds of a made-up clock to fail."""

    def __init__(self, clock: list[float]) -> None:
        self.clock, self.batches = clock, 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.batches += 1
        self.clock[0] += 3.0
        return SpanExportResult.FAILURE

    def shutdown(self) -> None: ...


def test_shutdown_gives_up_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("longpole.sdk._export.time.monotonic", lambda: clock[0])
    refusing = Refusing(clock)
    exporter = BoundedExporter(refusing)
    exporter.deadline = 5.0
    assert [exporter.export([]) for _ in range(4)] == [SpanExportResult.FAILURE] * 4
    assert (refusing.batches, exporter.failed) == (2, 4)


@pytest.mark.parametrize("endpoint", ["http://h:4318", "http://h:4318/", "http://h:4318/v1/traces"])
def test_the_traces_path_is_appended_once(endpoint: str) -> None:
    exporter = make_exporter(endpoint, None, 1.0)
    assert exporter._endpoint == "http://h:4318/v1/traces"
