"""Captures built from declared spans, for dialects that no released library could be recorded of.

What a span says and the facts that follow from it stand side by side; ids follow from names, so the
same declaration gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

Values = Mapping[str, Any]
BEGIN_NS = 1_790_000_000_000_000_000
KINDS = {
    "internal": Span.SPAN_KIND_INTERNAL,
    "server": Span.SPAN_KIND_SERVER,
    "client": Span.SPAN_KIND_CLIENT,
}


@dataclass(frozen=True)
class Declared:
    """A span: its attributes and, where it must be kept, the facts that follow.

    `below` and `linked` are names of earlier spans of the same trace; times are milliseconds after
    the trace's begin. An event is a name, its time and its attributes.
    """

    name: str
    said: Values
    facts: Values | None
    scope: str = ""
    below: str = ""
    trace: int = 1
    at_ms: float = 0
    for_ms: float = 1000
    kind: str = "internal"
    resource: Values = field(default_factory=dict)
    failed: bool = False
    events: tuple[tuple[str, float, Values], ...] = ()
    linked: tuple[str, ...] = ()


@dataclass(frozen=True)
class DeclaredLog:
    """A log record written in a span (a name)."""

    event: str
    said: Values
    within: str
    scope: str = ""
    trace: int = 1
    at_ms: float = 0
    resource: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Capture:
    """A folder of declared spans; `like` says whose exports they imitate."""

    name: str
    like: str
    spans: tuple[Declared, ...]
    logs: tuple[DeclaredLog, ...] = ()


def write(capture: Capture, root: Path) -> None:
    """Write traces.pb, logs.pb where there are any, and expected.json."""
    folder = root / capture.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "traces.pb").write_bytes(_traces(capture))
    if capture.logs:
        (folder / "logs.pb").write_bytes(_logs(capture))
    stated = [_ids(capture, one) | one.facts for one in capture.spans if one.facts is not None]
    document = {
        "capture": capture.name,
        "producer": f"synthetic, in the manner of {capture.like}",
        "spans": stated,
        "dropped": [_ids(capture, one) for one in capture.spans if one.facts is None],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


def any_value(value: object) -> AnyValue:
    """A value of an attribute."""
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=value)
        case list():
            out = AnyValue()
            out.array_value.values.extend(map(any_value, value))
            return out
    raise TypeError(f"no attribute can hold {value!r}")


def _ids(capture: Capture, one: Declared) -> dict[str, Any]:
    return {
        "span_id": _span_id(capture, one.trace, one.name).hex(),
        "trace_id": _trace_id(capture, one.trace).hex(),
        "name": one.name,
    }


def _trace_id(capture: Capture, number: int) -> bytes:
    return hashlib.sha256(f"{capture.name}/{number}".encode()).digest()[:16]


def _span_id(capture: Capture, number: int, name: str) -> bytes:
    return hashlib.sha256(f"{capture.name}/{number}/{name}".encode()).digest()[:8]


def _traces(capture: Capture) -> bytes:
    request = ExportTraceServiceRequest()
    for one in capture.spans:
        batch = request.resource_spans.add()
        _put(batch.resource.attributes, one.resource)
        scope = batch.scope_spans.add()
        scope.scope.name = one.scope
        scope.spans.append(_span(capture, one))
    return request.SerializeToString(deterministic=True)


def _span(capture: Capture, one: Declared) -> Span:
    trace_id, begin = _trace_id(capture, one.trace), _time(one.at_ms)
    span = Span(
        trace_id=trace_id,
        span_id=_span_id(capture, one.trace, one.name),
        parent_span_id=_span_id(capture, one.trace, one.below) if one.below else b"",
        name=one.name,
        kind=KINDS[one.kind],
        start_time_unix_nano=begin,
        end_time_unix_nano=_time(one.at_ms + one.for_ms),
        status=Status(code=Status.STATUS_CODE_ERROR if one.failed else Status.STATUS_CODE_UNSET),
    )
    _put(span.attributes, one.said)
    for name, at_ms, said in one.events:
        _put(span.events.add(name=name, time_unix_nano=_time(at_ms)).attributes, said)
    for name in one.linked:
        span.links.add(trace_id=trace_id, span_id=_span_id(capture, one.trace, name))
    return span


def _logs(capture: Capture) -> bytes:
    request = ExportLogsServiceRequest()
    for one in capture.logs:
        batch = request.resource_logs.add()
        _put(batch.resource.attributes, one.resource)
        scope = batch.scope_logs.add()
        scope.scope.name = one.scope
        record = scope.log_records.add(
            time_unix_nano=_time(one.at_ms),
            event_name=one.event,
            trace_id=_trace_id(capture, one.trace),
            span_id=_span_id(capture, one.trace, one.within),
        )
        _put(record.attributes, {"event.name": one.event, **one.said})
    return request.SerializeToString(deterministic=True)


def _time(at_ms: float) -> int:
    return BEGIN_NS + round(at_ms * 1_000_000)


def _put(attributes: Any, said: Values) -> None:  # noqa: ANN401 - untyped protobuf
    for key, value in said.items():
        attributes.add(key=key).value.CopyFrom(any_value(value))
