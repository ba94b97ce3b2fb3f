"""Which spans of a request can be stored, and the frames that ClickHouse reads.

A span that cannot be stored is taken out and counted; its neighbours stay (OTLP partial success).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans, Span

from longpole.core.errors import InputError
from longpole.core.otlp import END_BEFORE_START, frame_resource_spans

NO_TRACE_ID = bytes(16)
NO_SPAN_ID = bytes(8)
# otel_traces sorts by 32-bit seconds, as the collector's own layout does.
LAST_START_NS = (2**32 - 1) * 10**9
# Tables have a part a day: 4,000 spans on as many days took 45 s and 200,000 files.
MAX_DAYS = 100
DAY_NS = 86_400 * 10**9


@dataclass(frozen=True)
class Checked:
    """What is left of a request: frames to insert, counts, reasons for what was taken out."""

    frames: bytes
    accepted: int
    rejected: Counter[str] = field(default_factory=Counter)

    @property
    def rejected_spans(self) -> int:
        """How many spans were taken out."""
        return self.rejected.total()

    @property
    def message(self) -> str:
        """One line for the sender, empty when nothing was rejected."""
        return "; ".join(f"{count} spans rejected: {why}" for why, count in self.rejected.items())


def check(request: ExportTraceServiceRequest, body: bytes | None) -> Checked:
    """Take out what cannot be stored. `body` is the request's own bytes, if they were protobuf."""
    rejected: Counter[str] = Counter()
    days: set[int] = set()
    accepted, changed = 0, body is None
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            bad, marked = _look(scope, days)
            changed = changed or bool(bad) or marked
            _take_out(scope, bad)
            rejected.update(bad.values())
            accepted += len(scope.spans)
    plain = None if changed else body
    return Checked(_frames(request, plain) if accepted else b"", accepted, rejected)


def _frames(request: ExportTraceServiceRequest, body: bytes | None) -> bytes:
    if body is not None:
        try:
            return frame_resource_spans(body)
        except InputError:
            # Written by rules that are newer than ours, or in an unusual way; both are allowed.
            pass
    request.DiscardUnknownFields()
    return frame_resource_spans(request.SerializeToString())


def _look(scope: ScopeSpans, days: set[int]) -> tuple[dict[int, str], bool]:
    bad, marked = {}, False
    for index, span in enumerate(scope.spans):
        why = _fault(span)
        if why is None and (day := span.start_time_unix_nano // DAY_NS) not in days:
            why = _new_day(day, days)
        if why:
            bad[index] = why
        elif span.end_time_unix_nano < span.start_time_unix_nano:
            # The stored duration is 0; the mark lets the trace say why.
            span.attributes.add(key=END_BEFORE_START).value.bool_value = True
            marked = True
    return bad, marked


def _take_out(scope: ScopeSpans, bad: dict[int, str]) -> None:
    for index in sorted(bad, reverse=True):
        del scope.spans[index]


def _fault(span: Span) -> str | None:
    if len(span.trace_id) != 16 or span.trace_id == NO_TRACE_ID:
        return "trace id is not 16 bytes or all zero"
    if len(span.span_id) != 8 or span.span_id == NO_SPAN_ID:
        return "span id is not 8 bytes or all zero"
    if span.start_time_unix_nano > LAST_START_NS:
        return "start time is after February 2106"
    return None


def _new_day(day: int, days: set[int]) -> str | None:
    if len(days) == MAX_DAYS:
        return f"start times of one request lie on more than {MAX_DAYS} days"
    days.add(day)
    return None
