"""Prints a capture: `python show_program.py FOLDER [WIDTH]`, every span with all its attributes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from record_program import plain


def attributes(part: Message) -> dict[str, Any]:
    """Attributes of a span, event, record or resource."""
    return {item.key: plain(item.value) for item in part.attributes}


def show_spans(file: Path, width: int) -> None:
    """Each span, by start."""
    body = ExportTraceServiceRequest()
    body.ParseFromString(file.read_bytes())
    found = []
    for resource in body.resource_spans:
        print("resource", attributes(resource.resource))
        for scope in resource.scope_spans:
            found += [(f"{scope.scope.name} {scope.scope.version}", span) for span in scope.spans]
    for scope_name, span in sorted(found, key=lambda item: item[1].start_time_unix_nano):
        show_span(scope_name, span, width)


def show_span(scope: str, span: Span, width: int) -> None:
    """One span: head, attributes, events, links."""
    place = f"{span.trace_id.hex()[:6]} {span.span_id.hex()} < {span.parent_span_id.hex() or '-'}"
    long_s = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9
    print(f"\n## {span.name}  {place} kind={span.kind} [{scope}] {long_s:.3f}s", end=" ")
    print(f"status={span.status.code} {span.status.message[:width]!r}")
    for key, value in sorted(attributes(span).items()):
        print(f"   {key} = {str(value)[:width]!r} {type(value).__name__}")
    for event in span.events:
        at_s = (event.time_unix_nano - span.start_time_unix_nano) / 1e9
        print(f"   event {event.name} +{at_s:.3f}s {str(attributes(event))[:width]}")
    for link in span.links:
        print(f"   link {link.trace_id.hex()}/{link.span_id.hex()} {attributes(link)}")


def show_logs(file: Path, width: int) -> None:
    """Each log record."""
    body = ExportLogsServiceRequest()
    body.ParseFromString(file.read_bytes())
    for resource in body.resource_logs:
        for scope in resource.scope_logs:
            for item in scope.log_records:
                print(f"\n## log {item.event_name} [{scope.scope.name}] {item.span_id.hex()}")
                print(f"   body {str(plain(item.body))[:width]}")
                for key, value in sorted(attributes(item).items()):
                    print(f"   {key} = {str(value)[:width]!r}")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 120
    for traces in sorted(place.glob("traces*.pb")):
        show_spans(traces, most)
    for logs in sorted(place.glob("logs*.pb")):
        show_logs(logs, most)
