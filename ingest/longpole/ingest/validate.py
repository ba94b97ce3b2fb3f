"""The check of a parsed trace request, for a receiver that knows traces only."""

from __future__ import annotations

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest import checks
from longpole.ingest.checks import Checked

__all__ = ["Checked", "check"]


def check(request: ExportTraceServiceRequest, body: bytes | None) -> Checked:
    """`checks.check` for traces, with the default limits."""
    return checks.check(Signal.TRACES, request, body, IngestSettings())
