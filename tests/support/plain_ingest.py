"""The plain alternative to our ingest: parse protobuf in Python, insert rows with the client."""

from __future__ import annotations

from typing import Any

import clickhouse_connect
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from longpole.core.store.migrate import migration_files

KINDS = ("Unspecified", "Internal", "Server", "Client", "Producer", "Consumer")
CODES = ("Unset", "Ok", "Error")
COLUMNS = [
    "Timestamp", "TraceId", "SpanId", "ParentSpanId", "SpanName", "SpanKind", "ServiceName",
    "ResourceAttributes", "ScopeName", "ScopeVersion", "SpanAttributes", "Duration", "StatusCode",
    "StatusMessage",
]  # fmt: skip
ROWS_PER_INSERT = 20_000


def insert_plainly(bodies: list[bytes], folder: str) -> None:
    """Decode every body and insert its spans into otel_traces, 20,000 rows an insert."""
    client = clickhouse_connect.get_client(interface="chdb", path=folder)
    client.command(migration_files()["0001_otel_traces.sql"])
    rows: list[list[Any]] = []
    for body in bodies:
        rows.extend(_rows(body))
        if len(rows) >= ROWS_PER_INSERT:
            client.insert("otel_traces", rows, column_names=COLUMNS)
            rows = []
    if rows:
        client.insert("otel_traces", rows, column_names=COLUMNS)
    client.close()


def _rows(body: bytes) -> list[list[Any]]:
    out = []
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        about = {pair.key: _text(pair.value) for pair in resource.resource.attributes}
        for scope in resource.scope_spans:
            for span in scope.spans:
                start, end = span.start_time_unix_nano, span.end_time_unix_nano
                out.append(
                    [
                        start, span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(),
                        span.name, KINDS[span.kind], about.get("service.name", ""), about,
                        scope.scope.name, scope.scope.version,
                        {pair.key: _text(pair.value) for pair in span.attributes},
                        max(end - start, 0), CODES[span.status.code], span.status.message,
                    ]
                )  # fmt: skip
    return out


def _text(value: Any) -> str:  # noqa: ANN401 - generated class
    member = value.WhichOneof("value")
    found = getattr(value, member) if member else ""
    return str(found).lower() if isinstance(found, bool) else str(found)
