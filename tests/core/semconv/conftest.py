"""Rows of otel_traces, and what the view makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import polars as pl
import pytest
from databases import Databases

from longpole.core.semconv import SPANS_VIEW, spans_view
from longpole.core.store import Generated, Store

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


@pytest.fixture
def make_row() -> Callable[..., Row]:
    """Makes rows of otel_traces."""
    return row


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
