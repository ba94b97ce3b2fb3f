"""Exporting that ends: a program must not hang at its end because nobody listens."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

_log = logging.getLogger("longpole.sdk")


class BoundedExporter(SpanExporter):
    """Passes batches on until a deadline, counts those that failed."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self.deadline: float | None = None
        self.failed = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send one batch; past the deadline it is dropped at once."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            _log.warning("%d spans were not sent before the end", len(spans))
            result = SpanExportResult.FAILURE
        else:
            result = self._inner.export(spans)
        self.failed += result is not SpanExportResult.SUCCESS
        return result

    def shutdown(self) -> None:
        """Stop; a batch under way gives up its retries."""
        self._inner.shutdown()


class BoundedProcessor(BatchSpanProcessor):
    """Batches spans; its shutdown takes twice `timeout_s` at most, however many are waiting."""

    def __init__(self, exporter: SpanExporter, flush_every_s: float, timeout_s: float) -> None:
        self._bounded = BoundedExporter(exporter)
        self._timeout_s = timeout_s
        super().__init__(self._bounded, schedule_delay_millis=flush_every_s * 1000)

    def flush(self) -> bool:
        """Send what is waiting; whether all of it was taken."""
        before = self._bounded.failed
        return self.force_flush() and self._bounded.failed == before

    def shutdown(self) -> None:
        """Send what is waiting as long as there is time, then stop."""
        self._bounded.deadline = time.monotonic() + self._timeout_s
        super().shutdown()  # type: ignore[no-untyped-call]


def make_exporter(endpoint: str | None, api_key: str | None, timeout_s: float) -> OTLPSpanExporter:
    """The OTLP/HTTP exporter; with neither argument the OpenTelemetry variables decide."""
    url = None
    if endpoint is not None:
        url = endpoint.rstrip("/").removesuffix("/v1/traces") + "/v1/traces"
    headers = None if api_key is None else {"x-longpole-key": api_key}
    return OTLPSpanExporter(endpoint=url, headers=headers, timeout=timeout_s)
