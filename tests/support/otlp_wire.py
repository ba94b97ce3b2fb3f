"""Protobuf written byte by byte, and small requests of every signal, for encodings that are odd."""

from __future__ import annotations

from typing import Any

from opentelemetry.proto.logs.v1.logs_pb2 import LogsData
from opentelemetry.proto.metrics.v1.metrics_pb2 import MetricsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
from otlp_requests import NOW_NS, span

from longpole.core.otlp import INPUT_FORMAT, Signal, frame_request, input_settings, input_table
from longpole.core.store import Store

TABLES = {
    Signal.TRACES: ["otel_traces"],
    Signal.LOGS: ["otel_logs"],
    Signal.METRICS: [
        "otel_metrics_gauge",
        "otel_metrics_sum",
        "otel_metrics_histogram",
        "otel_metrics_exponential_histogram",
        "otel_metrics_summary",
    ],
}


def insert_body(store: Store, signal: Signal, body: bytes, project: str = "") -> None:
    """Store a request as the service does."""
    insert_frames(store, signal, frame_request(body, project))


def insert_frames(store: Store, signal: Signal, frames: bytes, **settings: object) -> None:
    """Store frames as the service does."""
    merged = {**input_settings(signal, store.embedded), **settings}
    store.insert_raw(input_table(signal), frames, INPUT_FORMAT, merged)


def varint(value: int) -> bytes:
    """A number as protobuf writes it."""
    head = bytearray()
    while value > 127:
        head.append(value & 127 | 128)
        value >>= 7
    return bytes([*head, value])


def text_field(number: int, value: bytes) -> bytes:
    """A length-delimited field."""
    return varint(number << 3 | 2) + varint(len(value)) + value


def number_field(number: int, value: int) -> bytes:
    """A varint field."""
    return varint(number << 3) + varint(value)


def small_message(signal: Signal) -> bytes:
    """A Resource... message with one item for each table of the signal."""
    request: Any = {Signal.TRACES: _traces, Signal.LOGS: _logs, Signal.METRICS: _metrics}[signal]()
    (holder,) = getattr(request, request.DESCRIPTOR.fields[0].name)
    holder.resource.attributes.add(key="service.name").value.string_value = "shop"
    encoded: bytes = holder.SerializeToString()
    return encoded


def small_body(signal: Signal) -> bytes:
    """A request of one small message."""
    return text_field(1, small_message(signal))


def _traces() -> TracesData:
    data = TracesData()
    data.resource_spans.add().scope_spans.add().spans.append(span())
    return data


def _logs() -> LogsData:
    data = LogsData()
    records = data.resource_logs.add().scope_logs.add().log_records
    records.add(time_unix_nano=NOW_NS, observed_time_unix_nano=1).body.string_value = "hello"
    return data


def _metrics() -> MetricsData:
    data = MetricsData()
    metrics = data.resource_metrics.add().scope_metrics.add().metrics
    for kind in ("gauge", "sum", "histogram", "exponential_histogram", "summary"):
        getattr(metrics.add(name=kind), kind).data_points.add(time_unix_nano=NOW_NS)
    metrics.add(name="without data")
    return data
