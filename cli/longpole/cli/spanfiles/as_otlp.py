"""Spans of other formats as an OTLP request, so that all else is known of them that OTLP tells."""

from __future__ import annotations

import hashlib
import json
import re

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from longpole.cli.spanfiles.reading import SpanFile
from longpole.cli.spanfiles.spans import CHILD_OF, FileSpan, Id

# Where times count from is not known of a list of spans: it is put to a date that storage knows.
UNKNOWN_BEGINS_NS = 946_684_800 * 10**9
CLOCK_NS = range(UNKNOWN_BEGINS_NS, 4_102_444_800 * 10**9)
OPERATIONS = {"llm": "chat", "tool": "execute_tool", "agent": "invoke_agent",
              "embedding": "embeddings", "retriever": "retrieval"}  # fmt: skip
HEX = re.compile("[0-9a-f]+")
FAILED = (True, "true", "True", 1)


def as_otlp(file: SpanFile) -> bytes:
    """The body of a request with all spans of the file; ids not of OTLP's form are hashed."""
    body = ExportTraceServiceRequest()
    base = min((span.start * file.unit_ns for span in file.spans), default=0)
    shift = 0 if base in CLOCK_NS else UNKNOWN_BEGINS_NS - base
    groups: dict[tuple[str, str], list[FileSpan]] = {}
    for span in file.spans:
        groups.setdefault((span.service, span.host), []).append(span)
    for (service, host), spans in groups.items():
        part = body.resource_spans.add()
        part.resource.attributes.append(_key_value("service.name", service))
        if host:
            part.resource.attributes.append(_key_value("service.instance.id", host))
        part.scope_spans.add().spans.extend(_proto(span, file.unit_ns, shift) for span in spans)
    content: bytes = body.SerializeToString()
    return content


def _proto(span: FileSpan, unit_ns: int, shift: int) -> Span:
    start = span.start * unit_ns + shift
    attributes = dict(span.attributes or {})
    if span.kind in OPERATIONS:
        attributes.setdefault("gen_ai.operation.name", OPERATIONS[span.kind])
    linked = span.links if span.reference == CHILD_OF else (span.parent or "", *span.links)
    failed = attributes.get("error") in FAILED
    made = Span(
        trace_id=_hashed(span.trace, 16),
        span_id=_hashed(span.id, 8),
        parent_span_id=_hashed(span.parent, 8) if _is_child(span) else b"",
        name=span.operation or str(span.id),
        kind=Span.SpanKind.Value(f"SPAN_KIND_{(span.span_kind or 'internal').upper()}"),
        start_time_unix_nano=start,
        end_time_unix_nano=start + span.duration * unit_ns,
        attributes=[_key_value(key, value) for key, value in attributes.items()],
        status=Status(code=Status.STATUS_CODE_ERROR) if failed else Status(),
    )
    for link in linked:
        made.links.add(trace_id=_hashed(span.trace, 16), span_id=_hashed(link, 8))
    return made


def _is_child(span: FileSpan) -> bool:
    return span.parent is not None and span.reference == CHILD_OF


def _hashed(name: Id | None, size: int) -> bytes:
    text = str(name)
    if HEX.fullmatch(text) and len(text) == 2 * size and int(text, 16):
        return bytes.fromhex(text)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:size]


def _key_value(key: str, value: object) -> KeyValue:
    return KeyValue(key=key, value=_any_value(value))


def _any_value(value: object) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int() if -(2**63) <= value < 2**63:
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=value)
        case _:
            return AnyValue(string_value=json.dumps(value))
