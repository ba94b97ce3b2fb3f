"""Spans that can be stored.

A span needs a trace id, a span id and a start before February 2106. A parent id that is none is
emptied, and what was sent is kept as an attribute: the span is worth more than its place.
"""

from __future__ import annotations

from typing import Any

from longpole.core.otlp import END_BEFORE_START
from longpole.ingest.checks.checked import Why
from longpole.ingest.checks.days import Days
from longpole.ingest.checks.result import Result

NO_TRACE_ID = bytes(16)
NO_SPAN_ID = bytes(8)
BAD_PARENT_ID = "longpole.bad_parent_id"
_SHOWN_BYTES = 64


def check_traces(request: Any) -> Result:  # noqa: ANN401 - untyped
    """Take out the spans that cannot be stored; mark those that are odd."""
    result, days = Result(), Days()
    for resource in request.resource_spans:
        for scope in resource.scope_spans:
            faults: dict[int, Why] = {}
            for index, span in enumerate(scope.spans):
                if why := _fault(span, days):
                    faults[index] = why
                else:
                    result.changed |= _mark(span)
            result.reject(scope.spans, faults)
    return result


def _fault(span: Any, days: Days) -> Why | None:  # noqa: ANN401 - untyped
    if len(span.trace_id) != 16 or span.trace_id == NO_TRACE_ID:
        return Why.TRACE_ID
    if len(span.span_id) != 8 or span.span_id == NO_SPAN_ID:
        return Why.SPAN_ID
    return days.fault(span.start_time_unix_nano)


def _mark(span: Any) -> bool:  # noqa: ANN401 - untyped
    parent, marked = span.parent_span_id, False
    if parent and (len(parent) != 8 or parent == NO_SPAN_ID):
        span.parent_span_id = b""
        if parent != NO_SPAN_ID:
            sent = parent[:_SHOWN_BYTES].hex()
            span.attributes.add(key=BAD_PARENT_ID).value.string_value = sent
        marked = True
    if span.end_time_unix_nano < span.start_time_unix_nano:
        # The stored duration is 0; the mark lets the trace say why.
        span.attributes.add(key=END_BEFORE_START).value.bool_value = True
        marked = True
    return marked
