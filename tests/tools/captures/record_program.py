"""Runs one program with OTLP/HTTP exporters and keeps the bodies that they post.

A maker calls `record(...)` with its program and the facts of its spans. Everything happens in one
process and on loopback: the fake provider, the receiver, the instrumented program.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import time
from collections.abc import Callable
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fake_provider_program import Provider, serve
from google.protobuf.message import Message
from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

Facts = dict[str, Any]
SpanFacts = list[tuple[str, Facts]]
KINDS: dict[str, type[Message]] = {
    "traces": ExportTraceServiceRequest,
    "logs": ExportLogsServiceRequest,
}
POSTED: list[tuple[str, bytes]] = []
FOLDERS = re.compile(r"/(?:tmp|root|work|usr|home)/[\w@.+\-/]*/")


class Receiver(BaseHTTPRequestHandler):
    """Accepts OTLP/HTTP protobuf and keeps each body as it came."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        POSTED.append((self.path.rsplit("/", 1)[-1], body))
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


def tracers_to(otlp: str, service: str) -> TracerProvider:
    """The global tracer provider, exporting to an address."""
    tracers = TracerProvider(resource=Resource.create({"service.name": service}))
    exporter = OTLPSpanExporter(f"{otlp}/v1/traces")
    tracers.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=60_000))
    trace.set_tracer_provider(tracers)
    return tracers


class Pipeline:
    """Exporters of traces and logs as the global providers, and the provider's address."""

    def __init__(self) -> None:
        self.otlp = serve(Receiver)
        self.provider_url = serve(Provider)
        self.tracers = tracers_to(self.otlp, "capture")
        self.loggers = LoggerProvider(resource=Resource.create({"service.name": "capture"}))
        log_exporter = OTLPLogExporter(endpoint=f"{self.otlp}/v1/logs")
        self.loggers.add_log_record_processor(
            BatchLogRecordProcessor(log_exporter, schedule_delay_millis=60_000)
        )
        set_logger_provider(self.loggers)

    def put_first(self, processor: SpanProcessor) -> None:
        """Adds a processor that sees spans before the exporter does."""
        chain = self.tracers._active_span_processor
        chain._span_processors = (processor, *chain._span_processors)

    def close(self) -> None:
        """Posts what is left."""
        self.tracers.shutdown()
        self.loggers.shutdown()


def environment(**variables: str) -> None:
    """Sets what a library reads from the environment; before it is instrumented."""
    os.environ.update(variables)  # noqa: TID251 - the library's settings, not ours


def record(
    packages: tuple[str, ...],
    program: Callable[[Pipeline], None],
    facts: dict[str, SpanFacts],
) -> None:
    """Runs the program, keeps what it posted in the folder named on the command line.

    `facts` has, for each folder name (versions differ), (span name, facts) in the order of start,
    parents first among equals; a name may hold * for a random part, a value may be a function of
    the span. When the names are not those of the recorded spans it prints both and fails.
    """
    folder = Path(sys.argv[1])
    pipeline = Pipeline()
    try:
        program(pipeline)
    finally:
        time.sleep(0.2)
        pipeline.close()
    write_bodies(folder)
    producer = ", ".join(f"{name} {version(name)}" for name in packages)
    write_facts(folder, producer, facts.get(folder.name, []))


def write_bodies(folder: Path) -> None:
    """One file a POST, numbered when there are several of a kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.pb"):
        old.unlink()
    for kind in KINDS:
        bodies = [body for posted, body in POSTED if posted == kind]
        for number, body in enumerate(bodies, 1):
            name = f"{kind}.pb" if len(bodies) == 1 else f"{kind}-{number}.pb"
            (folder / name).write_bytes(shortened(kind, body))


def shortened(kind: str, body: bytes) -> bytes:
    """The body without the folders of stack traces; the same bytes when it names none."""
    parsed = KINDS[kind]()
    parsed.ParseFromString(body)
    return parsed.SerializeToString() if shorten(parsed) else body


def shorten(part: Message) -> bool:
    """Cuts folders out of every string of the message; true when one was cut."""
    changed = False
    for field, value in part.ListFields():
        if field.type == field.TYPE_MESSAGE:
            many = [value] if isinstance(value, Message) else value
            changed |= any([shorten(item) for item in many])
        elif isinstance(value, str):
            cut = FOLDERS.sub("/", value)
            changed |= cut != value
            setattr(part, field.name, cut)
    return changed


def spans_of(folder: Path) -> list[Span]:
    """The recorded spans in order of start, parents before children that start with them."""
    found: list[Span] = []
    for file in sorted(folder.glob("traces*.pb")):
        body = ExportTraceServiceRequest()
        body.ParseFromString(file.read_bytes())
        for resource in body.resource_spans:
            found += [span for scope in resource.scope_spans for span in scope.spans]
    parents = {span.span_id: span.parent_span_id for span in found}
    return sorted(found, key=lambda span: (span.start_time_unix_nano, depth(span, parents)))


def depth(span: Span, parents: dict[bytes, bytes]) -> int:
    """How many of its ancestors were recorded."""
    steps, above = 0, span.parent_span_id
    while above in parents:
        steps, above = steps + 1, parents[above]
    return steps


def write_facts(folder: Path, producer: str, facts: SpanFacts) -> None:
    """Joins the facts to the ids of this run."""
    spans = spans_of(folder)
    names, wanted = [span.name for span in spans], [name for name, _ in facts]
    if not names or len(names) != len(wanted) or not all(map(fnmatchcase, names, wanted)):
        raise SystemExit("\n".join(["Spans recorded:", *names, "", "facts for:", *wanted]))
    pairs = zip(spans, facts, strict=True)
    done = [ids(span) | resolved(said, span) for span, (_, said) in pairs]
    expected = {"capture": folder.name, "producer": producer, "spans": done}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", "utf-8")


def ids(span: Span) -> Facts:
    """What finds the span."""
    return {"span_id": span.span_id.hex(), "trace_id": span.trace_id.hex(), "name": span.name}


def resolved(facts: Facts, span: Span) -> Facts:
    """The facts with values that differ in each run read from the span."""
    return {key: value(span) if callable(value) else value for key, value in facts.items()}


def attribute(key: str, scale: float = 1) -> Callable[[Span], Any]:
    """A fact that is the span's own attribute, for times and random ids."""

    def read(span: Span) -> object:
        value = next(plain(item.value) for item in span.attributes if item.key == key)
        return value if scale == 1 else value * scale

    return read


def event_s(name: str) -> Callable[[Span], float]:
    """A fact that is the time of the span's first such event since its start, in seconds."""

    def read(span: Span) -> float:
        at = min(event.time_unix_nano for event in span.events if event.name == name)
        return (at - span.start_time_unix_nano) / 1e9

    return read


def plain(value: AnyValue) -> object:
    """An attribute's value in Python's own types."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return {item.key: plain(item.value) for item in value.kvlist_value.values}
    return getattr(value, kind) if kind else None
