"""Log records that can be stored.

A record is kept whatever its ids are: ids that are none are emptied, since a line without its trace
is worth more than no line. Its time is the one it says or, without one, when it was observed.
"""

from __future__ import annotations

from typing import Any

from longpole.ingest.checks.checked import Why
from longpole.ingest.checks.days import LAST_NS, Days
from longpole.ingest.checks.result import Result
from longpole.ingest.checks.traces import NO_SPAN_ID, NO_TRACE_ID


def check_logs(request: Any) -> Result:  # noqa: ANN401 - untyped
    """Take out the records that cannot be stored; empty ids that are none."""
    result, days = Result(), Days()
    for resource in request.resource_logs:
        for scope in resource.scope_logs:
            faults: dict[int, Why] = {}
            for index, record in enumerate(scope.log_records):
                if why := _fault(record, days):
                    faults[index] = why
                else:
                    result.changed |= _empty(record)
            result.reject(scope.log_records, faults)
    return result


def _fault(record: Any, days: Days) -> Why | None:  # noqa: ANN401 - untyped
    if record.observed_time_unix_nano > LAST_NS:
        return Why.LATE
    time_ns = record.time_unix_nano or record.observed_time_unix_nano
    return days.fault(time_ns) if time_ns else None


def _empty(record: Any) -> bool:  # noqa: ANN401 - untyped
    emptied = False
    trace_id, span_id = record.trace_id, record.span_id
    if trace_id and (len(trace_id) != 16 or trace_id == NO_TRACE_ID):
        record.trace_id, emptied = b"", True
    if span_id and (len(span_id) != 8 or span_id == NO_SPAN_ID):
        record.span_id, emptied = b"", True
    return emptied
