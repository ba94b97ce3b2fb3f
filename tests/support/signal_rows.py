"""Rows of the raw tables, written as a collector writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from longpole.core.store import Store

BASE = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRACE, CALL = "ab" * 16, "c1" * 8
DETAILS = "gen_ai.client.inference.operation.details"
MAP = pl.Map(pl.String, pl.String)
SPANS: dict[str, Any] = {
    "Timestamp": pl.Datetime("ns", "UTC"), "TraceId": pl.String, "SpanId": pl.String,
    "ParentSpanId": pl.String, "SpanName": pl.String, "ServiceName": pl.String,
    "SpanAttributes": MAP, "Duration": pl.UInt64,
}  # fmt: skip
LOGS: dict[str, Any] = {
    "Timestamp": pl.Datetime("ns", "UTC"), "TraceId": pl.String, "SpanId": pl.String,
    "ServiceName": pl.String, "ScopeName": pl.String, "EventName": pl.String, "Body": pl.String,
    "SeverityText": pl.String, "LogAttributes": MAP,
}  # fmt: skip


Attributes = dict[str, str]


class Feed:
    """Writes into the raw tables, as a collector does."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def spans(self, *rows: dict[str, Any]) -> None:
        plain = {
            "Timestamp": BASE, "TraceId": TRACE, "ParentSpanId": "", "SpanName": "work",
            "ServiceName": "shop", "SpanAttributes": {}, "Duration": 2 * 10**9,
        }  # fmt: skip
        self.store.insert("otel_traces", pl.DataFrame([plain | row for row in rows], schema=SPANS))

    def call(self, span: str = CALL, **attributes: str) -> None:
        said = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "priced"} | attributes
        self.spans({"SpanId": span, "SpanName": "chat priced", "SpanAttributes": said})

    def log(
        self,
        attributes: Attributes | None = None,
        *,
        span: str = CALL,
        event: str = DETAILS,
        at: datetime = BASE,
        scope: str = "",
        trace: str = TRACE,
        body: str = "",
        severity: str = "",
    ) -> None:
        row = {
            "Timestamp": at, "TraceId": trace, "SpanId": span, "ServiceName": "shop",
            "ScopeName": scope, "EventName": event, "Body": body, "SeverityText": severity,
            "LogAttributes": attributes or {},
        }  # fmt: skip
        self.store.insert("otel_logs", pl.DataFrame([row], schema=LOGS))


POINT: dict[str, Any] = {
    "ServiceName": pl.String, "MetricName": pl.String, "MetricUnit": pl.String,
    "ResourceAttributes": MAP, "Attributes": MAP, "StartTimeUnix": pl.Datetime("ns", "UTC"),
    "TimeUnix": pl.Datetime("ns", "UTC"), "AggregationTemporality": pl.Int32,
    "Project": pl.String,
}  # fmt: skip
HISTOGRAM = {**POINT, "Count": pl.UInt64, "Sum": pl.Float64, "Min": pl.Float64, "Max": pl.Float64}
TABLES: dict[str, dict[str, Any]] = {
    "sum": {**POINT, "Value": pl.Float64, "IsMonotonic": pl.Boolean},
    "histogram": {
        **HISTOGRAM,
        "BucketCounts": pl.List(pl.UInt64),
        "ExplicitBounds": pl.List(pl.Float64),
    },
    "exponential_histogram": {
        **HISTOGRAM,
        "Scale": pl.Int32,
        "PositiveOffset": pl.Int32,
        "PositiveBucketCounts": pl.List(pl.UInt64),
    },
}
CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.response.model": "gpt-4.1",
    "gen_ai.system": "az.ai.openai",
}


def send_points(store: Store, table: str, *points: dict[str, Any]) -> None:
    """Insert data points. Short keys: metric, attributes, at (seconds after BASE); else columns."""
    rows = [
        {
            "ServiceName": "shop", "MetricUnit": "s", "ResourceAttributes": {},
            "StartTimeUnix": BASE, "AggregationTemporality": 2, "Project": "default",
            "IsMonotonic": True, "Min": 0.0, "Max": 0.0, "Sum": 0.0,
            "MetricName": point["metric"], "Attributes": {**CHAT, **point.get("attributes", {})},
            "TimeUnix": BASE + timedelta(seconds=point["at"]), **point,
        }
        for point in points
    ]  # fmt: skip
    schema = TABLES[table]
    kept = [{name: row.get(name) for name in schema} for row in rows]
    store.insert(f"otel_metrics_{table}", pl.DataFrame(kept, schema=schema))
