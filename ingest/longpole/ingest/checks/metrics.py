"""Data points that can be stored: those whose times lie before February 2106.

A metric whose data is of no kind that we know counts as one point that is rejected.
"""

from __future__ import annotations

from typing import Any

from longpole.ingest.checks.checked import Why
from longpole.ingest.checks.days import LAST_NS, Days
from longpole.ingest.checks.result import Result


def check_metrics(request: Any) -> Result:  # noqa: ANN401 - untyped
    """Take out the points that cannot be stored, and the metrics without data."""
    result, days = Result(), Days()
    for resource in request.resource_metrics:
        for scope in resource.scope_metrics:
            _take_out_empty(scope.metrics, result)
            for metric in scope.metrics:
                points = getattr(metric, metric.WhichOneof("data")).data_points
                found = ((index, _fault(point, days)) for index, point in enumerate(points))
                result.reject(points, {index: why for index, why in found if why})
    return result


def _take_out_empty(metrics: Any, result: Result) -> None:  # noqa: ANN401 - untyped
    empty = {
        index: Why.NO_DATA for index, metric in enumerate(metrics) if not metric.WhichOneof("data")
    }
    if empty:
        kept = result.accepted
        result.reject(metrics, empty)
        result.accepted = kept  # points are counted, not metrics


def _fault(point: Any, days: Days) -> Why | None:  # noqa: ANN401 - untyped
    if point.start_time_unix_nano > LAST_NS:
        return Why.LATE
    return days.fault(point.time_unix_nano)
