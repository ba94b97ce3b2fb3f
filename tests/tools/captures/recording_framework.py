"""Records what a program exports over OTLP/HTTP and writes it as a capture with its facts.

Run a maker in an environment that has the library: `python make_x.py FOLDER` writes
FOLDER/<capture>/{traces.pb, logs.pb, expected.json}. Each fact names a span; the n-th fact of a
name belongs to the n-th span of that name by start time. A name ending in * stands
for any number of spans. What differs from run to run is read off the span: `ttft_event` names
the event of the first token, `<fact>_from` an attribute.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import fake_provider_framework
from opentelemetry._logs import get_logger_provider
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.trace import get_tracer_provider

Json = dict[str, Any]
PATHS = re.compile(r'File "[^"]*/(?=[^/"]+/[^/"]+")')
MACHINE = ("host.", "process.", "os.", "service.instance.id")


class Receiver(BaseHTTPRequestHandler):
    """Keeps the bodies posted to it, by the signal at the end of the path."""

    bodies: defaultdict[str, list[bytes]]

    def do_POST(self) -> None:
        """Keep one body and accept it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.bodies[self.path.rpartition("/")[2]].append(body)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Keep quiet."""


def record(
    capture: str,
    producer: str,
    program: Callable[[str, str], None],
    facts: list[Json],
) -> None:
    """Run program(provider address, receiver address) and write the capture.

    Flushes OpenTelemetry's global providers; a program that uses others flushes them
    itself. Ends with a listing when a span has no fact or a fact no span.
    """
    provider, receiver, bodies = fake_provider_framework.start(), *_receive()
    _environment(provider, receiver)
    program(provider, receiver)
    for flushed in (get_tracer_provider(), get_logger_provider()):
        getattr(flushed, "force_flush", bool)()
    folder = Path(sys.argv[1]) / capture
    folder.mkdir(parents=True, exist_ok=True)
    spans = _write_traces(folder, bodies["traces"])
    if bodies["logs"]:
        _write_logs(folder, bodies["logs"])
    told = {"capture": capture, "producer": producer, "spans": _facts(spans, facts)}
    (folder / "expected.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _receive() -> tuple[str, defaultdict[str, list[bytes]]]:
    Receiver.bodies = defaultdict(list)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}", Receiver.bodies


def _environment(provider: str, receiver: str) -> None:
    os.environ.update(  # noqa: TID251 - the recorded libraries read theirs from here
        OTEL_EXPORTER_OTLP_ENDPOINT=receiver, OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf",
        OTEL_SERVICE_NAME="weather", OPENAI_API_KEY="none", OPENAI_BASE_URL=f"{provider}/v1",
        ANTHROPIC_API_KEY="none", ANTHROPIC_BASE_URL=provider, GOOGLE_API_KEY="none",
        OTEL_RESOURCE_ATTRIBUTES="service.version=1",
    )  # fmt: skip


def _write_traces(folder: Path, bodies: list[bytes]) -> list[Any]:
    whole = ExportTraceServiceRequest.FromString(b"".join(bodies))
    for group in whole.resource_spans:
        _clean_resource(group.resource)
    spans = [s for g in whole.resource_spans for p in g.scope_spans for s in p.spans]
    for span in spans:
        _shorten(span.attributes)
        for event in span.events:
            _shorten(event.attributes)
    (folder / "traces.pb").write_bytes(whole.SerializeToString())
    return sorted(spans, key=lambda span: span.start_time_unix_nano)


def _write_logs(folder: Path, bodies: list[bytes]) -> None:
    whole = ExportLogsServiceRequest.FromString(b"".join(bodies))
    for group in whole.resource_logs:
        _clean_resource(group.resource)
    (folder / "logs.pb").write_bytes(whole.SerializeToString())


def _clean_resource(resource: Any) -> None:  # noqa: ANN401 - protobuf is not typed
    kept = [a for a in resource.attributes if not a.key.startswith(MACHINE)]
    del resource.attributes[:]
    resource.attributes.extend(kept)


def _shorten(attributes: Iterable[Any]) -> None:
    for attribute in attributes:
        if attribute.key == "exception.stacktrace":
            text = PATHS.sub('File "', attribute.value.string_value)
            attribute.value.string_value = text[-1500:]
        elif attribute.key in ("code.filepath", "code.file.path"):
            attribute.value.string_value = Path(attribute.value.string_value).name


def _facts(spans: list[Any], facts: list[Json]) -> list[Json]:
    left = list(facts)
    told = []
    for span in spans:
        fact = next((f for f in left if _meant(span.name, f["name"])), None)
        if fact is None:
            print("no fact:", span.name, span.span_id.hex(), file=sys.stderr)
            continue
        if not fact["name"].endswith("*"):
            left.remove(fact)
        ids = {"span_id": span.span_id.hex(), "trace_id": span.trace_id.hex()}
        told.append({**ids, **_measured(span, fact), "name": span.name})
    for fact in left:
        if not fact["name"].endswith("*"):
            print("no span:", fact["name"], file=sys.stderr)
    return told


def _meant(name: str, wanted: str) -> bool:
    if wanted.endswith("*"):
        return name.startswith(wanted[:-1])
    return name == wanted


def _measured(span: Any, fact: Json) -> Json:  # noqa: ANN401 - protobuf is not typed
    told = {key: value for key, value in fact.items() if not _asks(key)}
    if "ttft_event" in fact:
        first = min(e.time_unix_nano for e in span.events if e.name == fact["ttft_event"])
        told["ttft_s"] = round((first - span.start_time_unix_nano) / 1e9, 6)
    for key, attribute in fact.items():
        if key.endswith("_from"):
            value = next(a.value for a in span.attributes if a.key == attribute)
            told[key.removesuffix("_from")] = getattr(value, value.WhichOneof("value"))
    return told


def _asks(key: str) -> bool:
    return key == "ttft_event" or key.endswith("_from")
