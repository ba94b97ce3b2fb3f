from __future__ import annotations

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from planted import attributes_of, trace_with

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.privacy import Limiter

LIMITER = Limiter(IngestSettings(max_attributes=10, max_value_kib=1))
MARK = "... [cut at 1 KiB]"


def apply(request: object, signal: Signal = Signal.TRACES) -> dict[str, int]:
    body = request.SerializeToString()  # type: ignore[attr-defined]
    return dict(LIMITER.apply(signal, request, body))


def test_attributes_beyond_the_limit_are_dropped_and_counted_in_the_message() -> None:
    request = trace_with(**{f"k{number}": number for number in range(13)})
    span = request.resource_spans[0].scope_spans[0].spans[0]
    span.dropped_attributes_count = 2
    event = span.events.add()
    for number in range(11):
        event.attributes.add(key=f"e{number}")
    assert apply(request) == {"max_attributes": 4}
    assert list(attributes_of(request)) == [f"k{number}" for number in range(10)]
    assert (span.dropped_attributes_count, event.dropped_attributes_count) == (5, 1)
    assert apply(request) == {}


def test_data_points_have_the_limit_too() -> None:
    request = ExportMetricsServiceRequest()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add()
    point = metric.histogram.data_points.add()
    for number in range(12):
        point.attributes.add(key=f"k{number}").value.string_value = "some text"
    assert apply(request, Signal.METRICS) == {"max_attributes": 2}
    assert len(point.attributes) == 10


def test_long_values_are_cut_with_a_mark_wherever_they_are() -> None:
    request = trace_with(a="x" * 1025, b="y" * 1024, c=b"z" * 2000, d="ä" * 600)
    span = request.resource_spans[0].scope_spans[0].spans[0]
    nested = span.attributes.add(key="n").value.array_value.values.add()
    nested.string_value = "n" * 5000
    span.status.message = "m" * 5000
    span.events.add().attributes.add(key="e").value.string_value = "e" * 5000
    assert apply(request) == {"max_value": 6}
    kept = attributes_of(request)
    assert kept["a"] == "x" * (1024 - len(MARK)) + MARK
    assert kept["b"] == "y" * 1024
    assert kept["c"] == b"z" * (1024 - len(MARK)) + MARK.encode()
    assert kept["d"] == "ä" * ((1024 - len(MARK)) // 2) + MARK
    assert nested.string_value.endswith(MARK) and span.status.message.endswith(MARK)
    assert apply(request) == {}


def test_what_is_within_the_limits_is_as_it_was() -> None:
    request = trace_with(**{f"k{number}": "v" * 1000 for number in range(10)})
    before = request.SerializeToString()
    assert apply(request) == {}
    assert request.SerializeToString() == before
