"""The three OTLP services: their messages and names, in one table; the media types of bodies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from longpole.core.otlp.signals import Signal

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
PACKAGE = "opentelemetry.proto.collector"


@dataclass(frozen=True)
class Service:
    """How one signal is exported."""

    signal: Signal
    request: type[Message]
    response: type[Message]
    grpc_name: str

    @property
    def path(self) -> str:
        """Where it is posted over HTTP."""
        return f"/v1/{self.signal}"

    def answer(self, rejected: int, message: str) -> Message:
        """The response; with a partial success where items were rejected."""
        response: Any = self.response()
        if rejected:
            setattr(response.partial_success, f"rejected_{self.signal.item}", rejected)
        if message:
            response.partial_success.error_message = message
        return response


SERVICES = {
    Signal.TRACES: Service(
        Signal.TRACES, ExportTraceServiceRequest, ExportTraceServiceResponse,
        f"{PACKAGE}.trace.v1.TraceService",
    ),
    Signal.LOGS: Service(
        Signal.LOGS, ExportLogsServiceRequest, ExportLogsServiceResponse,
        f"{PACKAGE}.logs.v1.LogsService",
    ),
    Signal.METRICS: Service(
        Signal.METRICS, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
        f"{PACKAGE}.metrics.v1.MetricsService",
    ),
}  # fmt: skip
REQUESTS: dict[Signal, Any] = {signal: service.request for signal, service in SERVICES.items()}
