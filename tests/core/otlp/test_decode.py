"""What ClickHouse decodes equals what a plain reading of the protobuf says, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from otlp_reading import REQUESTS, Message, rows_of
from otlp_stored import differences, stored
from otlp_strategies import (
    ALL_TEXTS,
    NOW_NS,
    NUMBERS,
    ODD_DOUBLES,
    ODD_INTS,
    fill,
    fill_pairs,
    requests,
)
from otlp_wire import TABLES, insert_frames

from longpole.core.otlp import Signal, frame_request
from longpole.core.store import Store

# An insert costs a tenth of a second, so each takes several requests.
BATCH = 4
PROJECTS = ["", "shop", "größe/2", "default"]


def _check(store: Store, signal: Signal, first: int, found: list[tuple[Any, str]]) -> None:
    expected: dict[str, list[dict[str, Any]]] = {}
    frames = b""
    for request, project in found:
        body = request.SerializeToString()
        frames += frame_request(body, project)
        for table, rows in rows_of(signal, body, project or "default").items():
            expected.setdefault(table, []).extend(rows)
    insert_frames(store, signal, frames)
    for table in TABLES[signal]:
        _compare(store, signal, table, first, expected.get(table, []))


def _compare(
    store: Store, signal: Signal, table: str, first: int, rows: list[dict[str, Any]]
) -> None:
    marker = "Flags" if signal == Signal.METRICS else "SpanId"
    rows.sort(key=lambda row: row[marker])
    actual = stored(store, table, marker, first if marker == "Flags" else f"{first:016x}")
    assert len(actual) == len(rows)
    for wanted, got in zip(rows, actual, strict=True):
        assert differences(wanted, got) == {}


def _odd_values() -> list[object]:
    scalars: list[object] = [None, True, False, *ODD_INTS, *ODD_DOUBLES, *ALL_TEXTS]
    raw: list[object] = [("bytes", text) for text in ALL_TEXTS]
    nested: list[object] = [[], {}, scalars, raw, [[scalars], {b"k": scalars}], {b"": [{b"": 0}]}]
    return [*scalars, *raw, *nested]


def _odd_request(signal: Signal) -> Message:
    request = REQUESTS[signal]()
    holder = getattr(request, request.DESCRIPTOR.fields[0].name).add()
    odd = [(b"key", value) for value in _odd_values()] + [(text, 1) for text in ALL_TEXTS]
    fill_pairs(holder.resource.attributes, odd)
    match signal:
        case Signal.TRACES:
            number = next(NUMBERS).to_bytes(8, "big")
            span = holder.scope_spans.add().spans.add(trace_id=b"a" * 16, span_id=number)
            fill_pairs(span.attributes, odd)
            fill_pairs(span.events.add().attributes, odd)
            fill_pairs(span.links.add().attributes, odd)
        case Signal.LOGS:
            group = holder.scope_logs.add()
            for value in _odd_values():
                record = group.log_records.add(span_id=next(NUMBERS).to_bytes(8, "big"))
                fill(record.body, value)
            fill_pairs(record.attributes, odd)
        case Signal.METRICS:
            points = holder.scope_metrics.add().metrics.add().gauge.data_points
            for value in (*ODD_INTS, *ODD_DOUBLES):
                point = points.add(time_unix_nano=NOW_NS, flags=next(NUMBERS))
                member = "as_int" if isinstance(value, int) else "as_double"
                setattr(point, member, value)
                fill_pairs(point.exemplars.add().filtered_attributes, odd)
    return request


@pytest.mark.parametrize("signal", Signal)
def test_every_odd_value_in_every_place(store: Store, signal: Signal) -> None:
    first = next(NUMBERS)
    _check(store, signal, first, [(_odd_request(signal), "shop")])


@pytest.mark.parametrize("signal", Signal)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(data=st.data())
def test_every_field_is_as_a_plain_reading_has_it(
    store: Store, signal: Signal, data: st.DataObject
) -> None:
    request = st.tuples(requests(signal), st.sampled_from(PROJECTS))
    first = next(NUMBERS)
    found = data.draw(st.lists(request, min_size=BATCH, max_size=BATCH))
    _check(store, signal, first, found)
