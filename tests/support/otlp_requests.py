"""Small OTLP requests for tests."""

from __future__ import annotations

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

NOW_NS = 1_790_000_000_000_000_000


def request_with(spans: list[Span], service: str = "shop") -> ExportTraceServiceRequest:
    """One resource, one scope, these spans."""
    request = ExportTraceServiceRequest()
    resource = request.resource_spans.add()
    resource.resource.attributes.add(key="service.name").value.string_value = service
    scope = resource.scope_spans.add()
    scope.scope.name = "tests"
    scope.spans.extend(spans)
    return request


def span(
    number: int = 1, name: str = "chat", start_ns: int = NOW_NS, length_ns: int = 1000
) -> Span:
    """A valid span whose ids follow from `number`."""
    return Span(
        trace_id=number.to_bytes(16, "big"),
        span_id=number.to_bytes(8, "big"),
        name=name,
        kind=Span.SPAN_KIND_CLIENT,
        start_time_unix_nano=start_ns,
        end_time_unix_nano=start_ns + length_ns,
    )


def any_value(value: object) -> AnyValue:
    """An OTLP value of any nesting."""
    out = AnyValue()
    match value:
        case None:
            pass
        case bool():
            out.bool_value = value
        case int():
            out.int_value = value
        case float():
            out.double_value = value
        case bytes():
            out.bytes_value = value
        case str():
            out.string_value = value
        case dict():
            out.kvlist_value.SetInParent()
            for key, item in value.items():
                out.kvlist_value.values.add(key=key).value.CopyFrom(any_value(item))
        case list():
            out.array_value.SetInParent()
            out.array_value.values.extend(any_value(item) for item in value)
        case _:
            raise TypeError(type(value))
    return out
