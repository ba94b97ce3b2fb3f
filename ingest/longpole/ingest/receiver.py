"""What both transports do with a request: authenticate, parse, check, submit."""

from __future__ import annotations

import hmac
from concurrent.futures import Future
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from longpole.core.settings import IngestSettings
from longpole.ingest.body import parse_json, parse_protobuf
from longpole.ingest.errors import RefusedError, UnauthenticatedError
from longpole.ingest.intake import Intake
from longpole.ingest.stats import IngestStats
from longpole.ingest.validate import Checked, check


@dataclass(frozen=True)
class Accepted:
    """A request on its way: wait until it is durable, then answer `response`."""

    response: ExportTraceServiceResponse
    durable: Future[None] | None


class Receiver:
    """Transport-free half of the OTLP trace service."""

    def __init__(self, settings: IngestSettings, intake: Intake, stats: IngestStats) -> None:
        self.max_body = settings.max_body_mib << 20
        self.stats = stats
        self._intake = intake
        self._key = settings.api_key

    def authenticate(self, key: str | None, authorization: str | None) -> None:
        """Raise UnauthenticatedError unless the sender's key is right, where one is set."""
        if self._key is None:
            return
        scheme, _, token = (authorization or "").partition(" ")
        given = key or (token.strip() if scheme.lower() == "bearer" else "")
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            raise UnauthenticatedError(
                "the key is missing or wrong; send it as x-longpole-key or Authorization: Bearer"
            )

    def receive(self, body: bytes, is_json: bool) -> Accepted:
        """Parse, check and queue a body. Blocks for parsing only. Raises RefusedError."""
        request = parse_json(body) if is_json else parse_protobuf(body)
        return self._submit(request, None if is_json else body)

    def refused(self, error: RefusedError) -> None:
        """Count a refused request."""
        self.stats.add(f"refused_requests_{error.reason}", 1)

    def _submit(self, request: ExportTraceServiceRequest, body: bytes | None) -> Accepted:
        checked = check(request, body)
        durable = None
        if checked.accepted:
            durable = self._intake.submit(checked.frames, checked.accepted)
        if checked.rejected_spans:
            self.stats.add("rejected_spans", checked.rejected_spans)
        return Accepted(_response(checked), durable)


def _response(checked: Checked) -> ExportTraceServiceResponse:
    response = ExportTraceServiceResponse()
    if checked.rejected_spans:
        response.partial_success.rejected_spans = checked.rejected_spans
        response.partial_success.error_message = checked.message
    return response
