"""Planned spans become real ones: the OpenTelemetry SDK makes them, its exporter sends them."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from random import Random

import requests
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context

from longpole.cli.demo.catalog import KNOWLEDGE
from longpole.cli.demo.planned import PlannedSpan
from longpole.core.errors import LongpoleError

KINDS = {"internal": SpanKind.INTERNAL, "server": SpanKind.SERVER, "client": SpanKind.CLIENT}
MESSAGES = {
    "429": "rate limit reached, try again later",
    "upstream_error": "the service behind the tool answered with 502",
}
CHUNK = 4_000
ATTEMPTS = 5


class SendError(LongpoleError):
    """The endpoint did not take spans although they were sent several times."""


class SeededIds(IdGenerator):
    """Ids that repeat with the seed, so that a run of the demo can be told again."""

    def __init__(self, seed: str) -> None:
        self._rng = Random(seed)

    def generate_trace_id(self) -> int:
        """128 bits, not zero."""
        return self._rng.getrandbits(128) or 1

    def generate_span_id(self) -> int:
        """64 bits, not zero."""
        return self._rng.getrandbits(64) or 1


class Collected(SpanProcessor):
    """Keeps finished spans until they are taken; nothing is dropped when many end at once."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        """Keep it."""
        self.spans.append(span)

    def take(self, least: int) -> list[ReadableSpan]:
        """All spans, if there are at least so many, else none."""
        if len(self.spans) < least:
            return []
        taken, self.spans = self.spans, []
        return taken


class Player:
    """Starts the spans of a run when it begins and ends each when its time has come."""

    def __init__(self, seed: str) -> None:
        self.finished = Collected()
        self._ids = SeededIds(seed)
        self._tracers: dict[tuple[str, str], Tracer] = {}
        self._running: list[tuple[int, int, Span]] = []
        self._numbers = itertools.count()

    def begin(self, root: PlannedSpan) -> None:
        """Start every span of a run at its planned time."""
        self._start(root, None)

    def end_until(self, now_ns: int) -> None:
        """End the spans whose planned end is not after a time, in that order."""
        while self._running and self._running[0][0] <= now_ns:
            end_ns, _, span = heapq.heappop(self._running)
            span.end(end_time=end_ns)

    def _start(self, planned: PlannedSpan, parent: Span | None) -> None:
        span = self._tracer(planned).start_span(
            planned.name,
            context=set_span_in_context(parent) if parent is not None else None,
            kind=KINDS[planned.kind],
            attributes=planned.attributes,
            start_time=planned.start_ns,
        )
        if planned.error is not None:
            _fail(span, planned.error, planned.end_ns)
        for child in planned.children:
            self._start(child, span)
        # At equal times a child ends before its parent: it was numbered first.
        heapq.heappush(self._running, (planned.end_ns, next(self._numbers), span))

    def _tracer(self, planned: PlannedSpan) -> Tracer:
        key = (planned.service, planned.release)
        if key not in self._tracers:
            provider = TracerProvider(
                resource=Resource.create(_resource(*key)),
                id_generator=self._ids,
                shutdown_on_exit=False,
            )
            provider.add_span_processor(self.finished)
            scope = "openinference.instrumentation" if key[0] == KNOWLEDGE else f"{key[0]}.agents"
            self._tracers[key] = provider.get_tracer(scope, planned.release)
        return self._tracers[key]


class Sender:
    """Sends finished spans through an exporter and waits while the endpoint is busy."""

    def __init__(self, exporter: SpanExporter, pause: Callable[[float], None] = time.sleep) -> None:
        self._exporter = exporter
        self._pause = pause
        self.sent = 0

    def send(self, spans: list[ReadableSpan]) -> None:
        """Send all spans in chunks; raises SendError when a chunk is refused again and again."""
        for first in range(0, len(spans), CHUNK):
            chunk = spans[first : first + CHUNK]
            self._send_chunk(chunk)
            self.sent += len(chunk)

    def _send_chunk(self, chunk: list[ReadableSpan]) -> None:
        for attempt in range(ATTEMPTS):
            if self._exporter.export(chunk) is SpanExportResult.SUCCESS:
                return
            self._pause(0.5 * 2**attempt)
        raise SendError(
            f"the OTLP endpoint did not take {len(chunk)} spans in {ATTEMPTS} attempts; "
            "check that Longpole runs and listens there (--endpoint)"
        )


def otlp_exporter(endpoint: str, key: str | None) -> OTLPSpanExporter:
    """The SDK's own exporter to `ENDPOINT/v1/traces`, past any proxy of the environment."""
    session = requests.Session()
    session.trust_env = False
    return OTLPSpanExporter(
        endpoint=f"{endpoint.rstrip('/')}/v1/traces",
        headers={"x-longpole-key": key} if key else None,
        timeout=20,
        compression=Compression.NoCompression,
        session=session,
    )


def _resource(service: str, release: str) -> dict[str, str]:
    return {
        "service.name": service,
        "service.version": release,
        "service.instance.id": f"{service}-{release}-0",
        "deployment.environment.name": "production",
    }


def _fail(span: Span, error: str, at_ns: int) -> None:
    message = MESSAGES.get(error, error)
    span.set_attribute("error.type", error)
    span.set_status(Status(StatusCode.ERROR, message))
    span.add_event(
        "exception", {"exception.type": error, "exception.message": message}, timestamp=at_ns
    )
