"""The three signals of OTLP, and how each reaches ClickHouse."""

from __future__ import annotations

from enum import StrEnum


class Signal(StrEnum):
    """What a request carries; the value is the last part of its HTTP path."""

    TRACES = "traces"
    LOGS = "logs"
    METRICS = "metrics"

    @property
    def item(self) -> str:
        """What is counted: spans, log records, data points."""
        return ITEMS[self]


ITEMS = {Signal.TRACES: "spans", Signal.LOGS: "log_records", Signal.METRICS: "data_points"}
