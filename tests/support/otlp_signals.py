"""Small requests of logs and metrics for tests."""

from __future__ import annotations

from typing import Any

from longpole.core.otlp.signals import Signal
from longpole.ingest.services import REQUESTS

NOW_NS = 1_790_000_000_000_000_000


def logs_with(*records: dict[str, Any]) -> Any:  # noqa: ANN401
    """One resource, one scope, records with these fields; each has the time NOW_NS."""
    request = REQUESTS[Signal.LOGS]()
    scope = request.resource_logs.add().scope_logs.add()
    for record in records:
        scope.log_records.add(**{"time_unix_nano": NOW_NS, **record})
    return request


def metrics_with(*points: dict[str, Any], kind: str = "gauge") -> Any:  # noqa: ANN401
    """One metric of a kind with these points; each has the time NOW_NS."""
    request = REQUESTS[Signal.METRICS]()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name="m")
    data = getattr(metric, kind)
    data.SetInParent()
    for point in points:
        data.data_points.add(**{"time_unix_nano": NOW_NS, **point})
    return request
