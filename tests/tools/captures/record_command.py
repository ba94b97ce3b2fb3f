"""Runs a program against the fake provider and keeps the OTLP bodies that it posts.

    python record_command.py OUT COMMAND...

In COMMAND the words {provider} and {otlp} become the two loopback addresses. OUT gets one
file for each POST (traces-1.pb, logs-1.pb, ...; traces.pb when there is only one), and a body
sent as JSON also as it came (traces.otlp.json). Stack-trace folders are cut from the bodies.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from fake_provider_command import Provider
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

KINDS: dict[str, type[Message]] = {
    "traces": ExportTraceServiceRequest,
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
}
HEX_IDS = ("traceId", "spanId", "parentSpanId")
POSTED: list[tuple[str, bytes, bytes]] = []
LOCK = threading.Lock()


class Receiver(BaseHTTPRequestHandler):
    """Accepts OTLP over HTTP, protobuf or JSON, plain or gzip."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(size) if size else self._chunked()
        if self.headers.get("content-encoding") == "gzip":
            raw = gzip.decompress(raw)
        as_json = "json" in (self.headers.get("content-type") or "")
        for kind in KINDS:
            if self.path.endswith(f"/{kind}"):
                body = from_json(kind, raw) if as_json else raw
                with LOCK:
                    POSTED.append((kind, body, raw if as_json else b""))
        answer = b"{}" if as_json else b""
        self.send_response(200)
        self.send_header("content-type", self.headers.get("content-type") or "")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _chunked(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().strip() or b"0", 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        return b"".join(parts)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


def from_json(kind: str, raw: bytes) -> bytes:
    """The protobuf body that says the same as an OTLP/JSON one."""
    body = KINDS[kind]()
    ParseDict(with_base64_ids(json.loads(raw)), body, ignore_unknown_fields=True)
    return body.SerializeToString()


def with_base64_ids(value: object) -> object:
    """OTLP/JSON writes ids in hexadecimal where protobuf's own JSON wants base64."""
    if isinstance(value, list):
        return [with_base64_ids(item) for item in value]
    if not isinstance(value, dict):
        return value
    done = {key: with_base64_ids(item) for key, item in value.items()}
    for key in HEX_IDS:
        if isinstance(done.get(key), str):
            done[key] = base64.b64encode(bytes.fromhex(done[key])).decode()
    return done


def shortened(kind: str, body: bytes) -> bytes:
    """The body without the folders of stack traces; the same bytes when it names none."""
    parsed = KINDS[kind]()
    parsed.ParseFromString(body)
    changed = shorten(parsed)
    return parsed.SerializeToString() if changed else body


def shorten(part: Message) -> bool:
    """Cuts folders inside every string of the message; true when one was cut."""
    changed = False
    for field, value in part.ListFields():
        many = field.is_repeated
        if field.type == field.TYPE_MESSAGE:
            changed |= any([shorten(item) for item in (value if many else [value])])
        elif field.type == field.TYPE_STRING and not many:
            cut = re.sub(r"(file://)?/(tmp|root|work|usr|home)/[\w@.+\-/]*/", "/", value)
            if cut != value:
                setattr(part, field.name, cut)
                changed = True
    return changed


def serve(handler: type[BaseHTTPRequestHandler]) -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def write(folder: Path) -> None:
    """One file a POST, numbered when there are several of a kind."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        bodies = [(body, sent) for posted, body, sent in POSTED if posted == kind]
        for number, (body, sent) in enumerate(bodies, 1):
            stem = kind if len(bodies) == 1 else f"{kind}-{number}"
            (folder / f"{stem}.pb").write_bytes(shortened(kind, body))
            if sent:
                (folder / f"{stem}.otlp.json").write_bytes(sent)


def main() -> int:
    folder, *command = sys.argv[1:]
    places = {"{provider}": serve(Provider), "{otlp}": serve(Receiver)}
    for word, url in places.items():
        command = [part.replace(word, url) for part in command]
    done = subprocess.run(command, timeout=240, check=False)
    write(Path(folder))
    print(f"exit {done.returncode}, {len(POSTED)} bodies")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
