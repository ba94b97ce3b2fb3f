"""OTLP protobuf to rows of otel_traces, in plain Python: independent of the ingest path."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from databases import Databases
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from longpole.core.semconv import SPANS_VIEW, spans_view
from longpole.core.store import Generated, Store

CAPTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "captures"
Row = dict[str, Any]
ATTRIBUTES = pl.Map(pl.String, pl.String)
NANOS = pl.Datetime("ns", "UTC")
SCHEMA: dict[str, Any] = {
    "Timestamp": NANOS, "TraceId": pl.String, "SpanId": pl.String, "ParentSpanId": pl.String,
    "SpanName": pl.String, "SpanKind": pl.String, "ServiceName": pl.String,
    "ResourceAttributes": ATTRIBUTES, "ScopeName": pl.String, "SpanAttributes": ATTRIBUTES,
    "Duration": pl.UInt64, "StatusCode": pl.String, "StatusMessage": pl.String,
    "Events.Timestamp": pl.List(NANOS), "Events.Name": pl.List(pl.String),
    "Events.Attributes": pl.List(ATTRIBUTES), "Links.TraceId": pl.List(pl.String),
    "Links.SpanId": pl.List(pl.String), "Links.TraceState": pl.List(pl.String),
    "Links.Attributes": pl.List(ATTRIBUTES),
}  # fmt: skip
KINDS = ("Unspecified", "Internal", "Server", "Client", "Producer", "Consumer")
STATUS = ("Unset", "Ok", "Error")


def row(**values: Any) -> Row:  # noqa: ANN401 - columns of any type
    """A row of otel_traces with sensible values for what is not given."""
    plain: Row = {
        "Timestamp": 1_700_000_000_000_000_000, "TraceId": "ab" * 16, "SpanId": "cd" * 8,
        "ParentSpanId": "", "SpanName": "work", "SpanKind": "Internal", "ServiceName": "shop",
        "ResourceAttributes": {}, "ScopeName": "", "SpanAttributes": {},
        "Duration": 1_000_000_000, "StatusCode": "Unset", "StatusMessage": "",
        "Events.Timestamp": [], "Events.Name": [], "Events.Attributes": [], "Links.TraceId": [],
        "Links.SpanId": [], "Links.TraceState": [], "Links.Attributes": [],
    }  # fmt: skip
    return {**plain, **values}


def frame(rows: Iterable[Row]) -> pl.DataFrame:
    """Rows as a frame that Store.insert takes."""
    return pl.DataFrame(list(rows), schema=SCHEMA)


def body_rows(body: bytes) -> Iterator[Row]:
    """Every span of one export request as a row."""
    for resource_spans in ExportTraceServiceRequest.FromString(body).resource_spans:
        resource = _attributes(resource_spans.resource.attributes)
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                yield _span_row(span, resource, scope_spans.scope.name)


def _span_row(span: Any, resource: dict[str, str], scope: str) -> Row:  # noqa: ANN401
    return row(
        Timestamp=span.start_time_unix_nano,
        TraceId=span.trace_id.hex(),
        SpanId=span.span_id.hex(),
        ParentSpanId=span.parent_span_id.hex(),
        SpanName=span.name,
        SpanKind=KINDS[span.kind],
        ServiceName=resource.get("service.name", ""),
        ResourceAttributes=resource,
        ScopeName=scope,
        SpanAttributes=_attributes(span.attributes),
        Duration=span.end_time_unix_nano - span.start_time_unix_nano,
        StatusCode=STATUS[span.status.code],
        StatusMessage=span.status.message,
        **{
            "Events.Timestamp": [e.time_unix_nano for e in span.events],
            "Events.Name": [e.name for e in span.events],
            "Events.Attributes": [_attributes(e.attributes) for e in span.events],
            "Links.TraceId": [link.trace_id.hex() for link in span.links],
            "Links.SpanId": [link.span_id.hex() for link in span.links],
            "Links.TraceState": [link.trace_state for link in span.links],
            "Links.Attributes": [_attributes(link.attributes) for link in span.links],
        },
    )


def _attributes(items: Any) -> dict[str, str]:  # noqa: ANN401 - untyped protobuf
    return {item.key: _text(_plain(item.value)) for item in items}


def _plain(value: Any) -> Any:  # noqa: ANN401 - untyped protobuf
    which = value.WhichOneof("value")
    if which == "array_value":
        return [_plain(item) for item in value.array_value.values]
    if which == "kvlist_value":
        return {item.key: _plain(item.value) for item in value.kvlist_value.values}
    if which == "bytes_value":
        return value.bytes_value.hex()
    return getattr(value, which) if which else ""


def _text(value: Any) -> str:  # noqa: ANN401 - any attribute value
    return value if isinstance(value, str) else json.dumps(value)


@pytest.fixture
def make_row() -> Callable[..., Row]:
    """Makes rows of otel_traces."""
    return row


@pytest.fixture
def captures() -> Path:
    """The folder of recorded exports."""
    if not CAPTURES.is_dir():
        pytest.skip("the recorded exports (shared/data/captures) are not beside the repository")
    return CAPTURES


@pytest.fixture
def capture_rows(captures: Path) -> Callable[[str], list[Row]]:
    """Every span of a capture as rows of otel_traces."""

    def rows(name: str) -> list[Row]:
        bodies = sorted((captures / name).glob("*.pb"))
        return [made for body in bodies for made in body_rows(body.read_bytes())]

    return rows


@pytest.fixture(scope="module")
def view_store(databases: Databases) -> Iterator[Store]:
    """A store with the whole schema, shared by the tests of a module."""
    with databases.migrated() as opened:
        yield opened


Normalise = Callable[[Iterable[Row]], list[Row]]


@pytest.fixture
def normalise(view_store: Store) -> Normalise:
    """Insert raw rows and read back what the view made of exactly those."""
    return normaliser(view_store)


@pytest.fixture
def normalise_with(view_store: Store) -> Iterator[Callable[[Generated], Normalise]]:
    """The same with a view of the test's own."""

    def make(view: Generated) -> Normalise:
        view_store.run_each([f"DROP TABLE {SPANS_VIEW}", view.create])
        return normaliser(view_store)

    yield make
    view_store.run_each([f"DROP TABLE {SPANS_VIEW}", spans_view().create])


def normaliser(store: Store) -> Normalise:
    """Insert raw rows and read back what the view made of exactly those."""

    def run(rows: Iterable[Row]) -> list[Row]:
        store.command("TRUNCATE TABLE spans")
        store.insert("otel_traces", frame(rows))
        return store.rows("SELECT * FROM spans")

    return run
