"""Rows of the raw tables, written as a collector writes them."""

from __future__ import annotations

from datetime import UTC, datetime
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
