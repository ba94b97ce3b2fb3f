"""A plain reading of OTLP protobuf: the rows that the store should have, column by column.

The message classes are OTLP's own with every `string` as `bytes`, so that text which is not UTF-8
can be written and read too. In the rows text is bytes, a time is int nanoseconds, a map is a list
of pairs in order.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from opentelemetry.proto.common.v1 import common_pb2
from opentelemetry.proto.logs.v1 import logs_pb2
from opentelemetry.proto.metrics.v1 import metrics_pb2
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

from longpole.core.otlp import Signal

Row = dict[str, Any]
Message = Any  # of a class that is made at run time
LAST_NS = 2**63 - 1
SPAN_KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"]
STATUS_CODES = ["Unset", "Ok", "Error"]
METRIC_TABLES = {
    kind: f"otel_metrics_{kind}"
    for kind in ("gauge", "sum", "histogram", "exponential_histogram", "summary")
}


@dataclass(frozen=True)
class Number:
    """A double. In a text, any spelling of it will do; a NaN is any NaN."""

    bits: int


@dataclass(frozen=True)
class Json:
    """A list inside a text, as JSON."""

    items: tuple[object, ...]


def _bytes_classes() -> dict[str, Any]:
    pool = descriptor_pool.DescriptorPool()
    for module in (common_pb2, resource_pb2, trace_pb2, logs_pb2, metrics_pb2):
        file = descriptor_pb2.FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        for message in file.message_type:
            for field in [*message.field, *(f for n in message.nested_type for f in n.field)]:
                if field.type == field.TYPE_STRING:
                    field.type = field.TYPE_BYTES
        pool.Add(file)
    names = {
        Signal.TRACES: "opentelemetry.proto.trace.v1.TracesData",
        Signal.LOGS: "opentelemetry.proto.logs.v1.LogsData",
        Signal.METRICS: "opentelemetry.proto.metrics.v1.MetricsData",
    }
    return {
        signal: message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
        for signal, name in names.items()
    }


# Each has the fields of the export request of its signal.
REQUESTS: dict[str, Any] = _bytes_classes()


def rows_of(signal: Signal, body: bytes, project: str) -> dict[str, list[Row]]:
    """Table -> its rows for a request body, in the order of the request."""
    request = REQUESTS[signal].FromString(body)
    read = {Signal.TRACES: _spans, Signal.LOGS: _logs, Signal.METRICS: _points}[signal]
    found: dict[str, list[Row]] = {}
    for table, row in read(request):
        found.setdefault(table, []).append({**row, "Project": project.encode()})
    return found


def _spans(request: Message) -> Iterator[tuple[str, Row]]:
    for holder in request.resource_spans:
        resource = _resource(holder)
        for group in holder.scope_spans:
            scope = {"ScopeName": group.scope.name, "ScopeVersion": group.scope.version}
            for span in group.spans:
                yield "otel_traces", {**resource, **scope, **_span(span)}


def _span(span: Message) -> Row:
    start, end = span.start_time_unix_nano, span.end_time_unix_nano
    return {
        "Timestamp": _time(start),
        "TraceId": span.trace_id.hex().encode(),
        "SpanId": span.span_id.hex().encode(),
        "ParentSpanId": _id(span.parent_span_id, 8),
        "TraceState": span.trace_state,
        "SpanName": span.name,
        "SpanKind": _name(SPAN_KINDS, span.kind),
        "SpanAttributes": _map(span.attributes),
        "Duration": max(0, end - start),
        "StatusCode": _name(STATUS_CODES, span.status.code),
        "StatusMessage": span.status.message,
        "Events.Timestamp": [_time(event.time_unix_nano) for event in span.events],
        "Events.Name": [event.name for event in span.events],
        "Events.Attributes": [_map(event.attributes) for event in span.events],
        "Links.TraceId": [_id(link.trace_id, 16) for link in span.links],
        "Links.SpanId": [_id(link.span_id, 8) for link in span.links],
        "Links.TraceState": [link.trace_state for link in span.links],
        "Links.Attributes": [_map(link.attributes) for link in span.links],
    }


def _logs(request: Message) -> Iterator[tuple[str, Row]]:
    for holder in request.resource_logs:
        for group in holder.scope_logs:
            outer = {**_resource(holder, schema=True), **_scope(group)}
            for record in group.log_records:
                yield "otel_logs", {**outer, **_log(record)}


def _log(record: Message) -> Row:
    severity = record.severity_number
    return {
        "Timestamp": _time(record.time_unix_nano or record.observed_time_unix_nano),
        "TraceId": _id(record.trace_id, 16),
        "SpanId": _id(record.span_id, 8),
        "TraceFlags": record.flags % 256,
        "SeverityText": record.severity_text,
        "SeverityNumber": severity if 1 <= severity <= 24 else 0,
        "Body": _text(record.body),
        "LogAttributes": _map(record.attributes),
        "EventName": record.event_name,
    }


def _points(request: Message) -> Iterator[tuple[str, Row]]:
    for holder in request.resource_metrics:
        for group in holder.scope_metrics:
            dropped = {"ScopeDroppedAttrCount": group.scope.dropped_attributes_count}
            outer = {**_resource(holder, schema=True), **_scope(group), **dropped}
            for metric in group.metrics:
                kind = metric.WhichOneof("data")
                for row in _points_of(metric, kind) if kind else ():
                    yield METRIC_TABLES[kind], {**outer, **row}


def _points_of(metric: Message, kind: str) -> Iterator[Row]:
    data = getattr(metric, kind)
    head = {
        "MetricName": metric.name,
        "MetricDescription": metric.description,
        "MetricUnit": metric.unit,
    }
    if kind in {"sum", "histogram", "exponential_histogram"}:
        head["AggregationTemporality"] = data.aggregation_temporality
    if kind == "sum":
        head["IsMonotonic"] = data.is_monotonic
    own = {"gauge": _number, "sum": _number, "histogram": _histogram,
           "exponential_histogram": _exponential, "summary": _summary}[kind]  # fmt: skip
    for point in data.data_points:
        yield {
            **head,
            "Attributes": _map(point.attributes),
            "StartTimeUnix": _time(point.start_time_unix_nano),
            "TimeUnix": _time(point.time_unix_nano),
            "Flags": point.flags,
            **own(point),
        }


def _number(point: Message) -> Row:
    return {"Value": _value(point), **_exemplars(point)}


def _histogram(point: Message) -> Row:
    return {
        **_counted(point),
        **_ends(point),
        **_exemplars(point),
        "BucketCounts": list(point.bucket_counts),
        "ExplicitBounds": [_bits(bound) for bound in point.explicit_bounds],
    }


def _exponential(point: Message) -> Row:
    return {
        **_counted(point),
        **_ends(point),
        **_exemplars(point),
        "Scale": point.scale,
        "ZeroCount": point.zero_count,
        "PositiveOffset": point.positive.offset,
        "PositiveBucketCounts": list(point.positive.bucket_counts),
        "NegativeOffset": point.negative.offset,
        "NegativeBucketCounts": list(point.negative.bucket_counts),
    }


def _summary(point: Message) -> Row:
    return {
        **_counted(point),
        "ValueAtQuantiles.Quantile": [_bits(q.quantile) for q in point.quantile_values],
        "ValueAtQuantiles.Value": [_bits(q.value) for q in point.quantile_values],
    }


def _counted(point: Message) -> Row:
    return {"Count": point.count, "Sum": _bits(point.sum)}


def _ends(point: Message) -> Row:
    return {"Min": _bits(point.min), "Max": _bits(point.max)}


def _exemplars(point: Message) -> Row:
    found = point.exemplars
    return {
        "Exemplars.FilteredAttributes": [_map(item.filtered_attributes) for item in found],
        "Exemplars.TimeUnix": [_time(item.time_unix_nano) for item in found],
        "Exemplars.Value": [_value(item) for item in found],
        "Exemplars.SpanId": [_id(item.span_id, 8) for item in found],
        "Exemplars.TraceId": [_id(item.trace_id, 16) for item in found],
    }


def _resource(holder: Message, schema: bool = False) -> Row:
    attributes = _map(holder.resource.attributes)
    named = [text for key, text in attributes if key == b"service.name"]
    row: Row = {"ResourceAttributes": attributes, "ServiceName": named[0] if named else b""}
    return {**row, "ResourceSchemaUrl": holder.schema_url} if schema else row


def _scope(group: Message) -> Row:
    return {
        "ScopeSchemaUrl": group.schema_url,
        "ScopeName": group.scope.name,
        "ScopeVersion": group.scope.version,
        "ScopeAttributes": _map(group.scope.attributes),
    }


def _map(pairs: Iterable[Any]) -> list[tuple[bytes, object]]:
    return [(pair.key, _text(pair.value)) for pair in pairs]


def _text(value: Message) -> object:
    """Bytes, or what the text must be equal to in meaning."""
    member = value.WhichOneof("value")
    if member == "array_value":
        return Json(tuple(_inner(item) for item in value.array_value.values))
    if member == "kvlist_value":
        return b'{"@otlp_kvlist":"%s"}' % _base64(value.kvlist_value.SerializeToString())
    return _scalar(value, member)


def _inner(value: Message) -> object:
    member = value.WhichOneof("value")
    match member:
        case "array_value" | "kvlist_value":
            kind = member.removesuffix("_value")
            return {f"@otlp_{kind}": _base64(getattr(value, member).SerializeToString()).decode()}
        case "bytes_value":
            return _base64(value.bytes_value)
        case "double_value":
            return _bits(value.double_value)
        case None:
            return None
    return getattr(value, member)


def _scalar(value: Message, member: str | None) -> object:
    match member:
        case "string_value":
            return value.string_value
        case "bool_value":
            return b"true" if value.bool_value else b"false"
        case "int_value":
            return str(value.int_value).encode()
        case "double_value":
            return _bits(value.double_value)
        case "bytes_value":
            return _base64(value.bytes_value)
    return b""


def _base64(data: bytes) -> bytes:
    return base64.b64encode(data)


def _value(point: Message) -> Number:
    member = point.WhichOneof("value")
    return _bits(float(getattr(point, member)) if member else 0.0)


def _bits(value: float) -> Number:
    return Number(bits_of(value))


def bits_of(value: float) -> int:
    """The 64 bits of a double, which tell -0.0 from 0.0."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", value))
    return int(bits)


def _time(ns: int) -> int:
    return min(ns, LAST_NS)


def _id(data: bytes, size: int) -> bytes:
    return b"" if data == bytes(size) else data.hex().encode()


def _name(names: list[str], number: int) -> bytes:
    return names[number if 0 <= number < len(names) else 0].encode()
