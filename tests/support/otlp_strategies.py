"""Odd OTLP requests of every signal. Each item has a number of its own, by which it is found."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from otlp_reading import REQUESTS, Message

from longpole.core.otlp import Signal

NUMBERS = itertools.count(1)
NOW_NS = 1_790_000_000_000_000_000
# A field that OTLP does not have: number 2047, length-delimited.
UNKNOWN = b"\xfa\x7f\x03new"
ODD_TEXTS = [
    b"", b"a", b"\x00", b"a\x00b", b"\xff\xfe", b"\xc3(", 'héllo \U0001f680\u2028'.encode(),
    b'q"\\/\n\t\r\x1f', b"service.name", b'{"@otlp_kvlist":"AAAA"}', b"'", b"nan", b"0",
]  # fmt: skip
ODD_TIMES = [0, 1, NOW_NS, NOW_NS + 1, 2**32 * 10**9 - 1, 2**63 - 1, 2**63, 2**64 - 1]
ODD_INTS = [0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63)]
ODD_DOUBLES = [0.0, -0.0, float("nan"), float("inf"), float("-inf"), 5e-324, 1.7e308, 0.1, 1e16]

LONG_TEXT = b"x" * 70_000
ALL_TEXTS = [*ODD_TEXTS, LONG_TEXT]

# By position, since a strategy of long texts is slow to print.
odd_texts = st.integers(0, len(ODD_TEXTS)).map(lambda at: ALL_TEXTS[at])
texts = odd_texts | st.binary(max_size=8)
ints = st.sampled_from(ODD_INTS) | st.integers(-(2**63), 2**63 - 1)
doubles = st.sampled_from(ODD_DOUBLES) | st.floats()
enums = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 24, 25, 300, -1, -2, 2**31 - 1, -(2**31)])
# Rows are stored by day, and sorted by 32-bit seconds: what may not be a row's own time is refused.
row_times = st.sampled_from([0, 1, NOW_NS, NOW_NS + 1, NOW_NS + 86_400 * 10**9])
times = st.sampled_from(ODD_TIMES)
counts = st.sampled_from([0, 1, 2**63, 2**64 - 1])
offsets = st.sampled_from([0, 1, -1, 2**31 - 1, -(2**31)])
trace_ids = st.sampled_from([b"", bytes(16), b"\x01" * 16, b"\xab\x00" * 8, bytes(15), b"\x01"])
span_ids = st.sampled_from([b"", bytes(8), b"\x01" * 8, b"\xab\x00" * 4, bytes(9), b"\x01"])
leaves = st.none() | st.booleans() | ints | doubles | texts | st.tuples(st.just("bytes"), texts)
values: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=6,
)
pairs = st.lists(st.tuples(texts, values), max_size=4)


def fill(value: Message, plain: object) -> None:
    """Write a plain Python value into an AnyValue."""
    match plain:
        case None:
            pass
        case bool():
            value.bool_value = plain
        case int():
            value.int_value = plain
        case float():
            value.double_value = plain
        case bytes():
            value.string_value = plain
        case tuple():
            value.bytes_value = plain[1]
        case list():
            value.array_value.SetInParent()
            for item in plain:
                fill(value.array_value.values.add(), item)
        case dict():
            value.kvlist_value.SetInParent()
            for key, item in plain.items():
                fill(value.kvlist_value.values.add(key=key).value, item)


def fill_pairs(attributes: Message, plain: list[tuple[bytes, object]]) -> None:
    """Write keys and values, in order and with their repetitions."""
    for key, item in plain:
        fill(attributes.add(key=key).value, item)


@st.composite
def requests(draw: st.DrawFn, signal: Signal) -> Message:
    """A request of one or two resources."""
    request = REQUESTS[signal]()
    for _ in range(draw(st.integers(1, 2))):
        holder = getattr(request, f"resource_{_GROUPS[signal]}").add()
        fill_pairs(holder.resource.attributes, draw(pairs))
        holder.schema_url = draw(texts)
        for _ in range(draw(st.integers(0, 2))):
            _scope(draw, signal, getattr(holder, f"scope_{_GROUPS[signal]}").add())
        _unknown(draw, holder, holder.resource)
    return request


_GROUPS = {Signal.TRACES: "spans", Signal.LOGS: "logs", Signal.METRICS: "metrics"}


def _scope(draw: st.DrawFn, signal: Signal, group: Message) -> None:
    group.scope.name, group.scope.version = draw(texts), draw(texts)
    fill_pairs(group.scope.attributes, draw(pairs))
    group.scope.dropped_attributes_count = draw(st.sampled_from([0, 2**32 - 1]))
    group.schema_url = draw(texts)
    add: dict[Signal, Callable[[st.DrawFn, Any], None]] = {
        Signal.TRACES: _span, Signal.LOGS: _log, Signal.METRICS: _metric,
    }  # fmt: skip
    for _ in range(draw(st.integers(0, 4))):
        add[signal](draw, group)
    _unknown(draw, group, group.scope)


def _unknown(draw: st.DrawFn, *messages: Message) -> None:
    for message in messages:
        if draw(st.booleans()):
            message.MergeFromString(UNKNOWN)


def _span(draw: st.DrawFn, group: Message) -> None:
    span = group.spans.add(
        trace_id=b"\x01" * 16,
        span_id=next(NUMBERS).to_bytes(8, "big"),
        parent_span_id=draw(span_ids),
        trace_state=draw(texts),
        name=draw(texts),
        kind=draw(enums),
        start_time_unix_nano=draw(row_times),
        end_time_unix_nano=draw(times),
    )
    fill_pairs(span.attributes, draw(pairs))
    span.status.code, span.status.message = draw(enums), draw(texts)
    for _ in range(draw(st.integers(0, 2))):
        event = span.events.add(time_unix_nano=draw(times), name=draw(texts))
        fill_pairs(event.attributes, draw(pairs))
        link = span.links.add(
            trace_id=draw(trace_ids), span_id=draw(span_ids), trace_state=draw(texts)
        )
        fill_pairs(link.attributes, draw(pairs))
        _unknown(draw, event, link)
    _unknown(draw, span, span.status)


def _log(draw: st.DrawFn, group: Message) -> None:
    record = group.log_records.add(
        time_unix_nano=draw(row_times),
        observed_time_unix_nano=draw(row_times),
        severity_number=draw(enums),
        severity_text=draw(texts),
        flags=draw(st.sampled_from([0, 1, 255, 256, 2**32 - 1])),
        trace_id=draw(trace_ids),
        span_id=next(NUMBERS).to_bytes(8, "big"),
        event_name=draw(texts),
    )
    fill(record.body, draw(values))
    fill_pairs(record.attributes, draw(pairs))
    _unknown(draw, record, record.body)


def _metric(draw: st.DrawFn, group: Message) -> None:
    metric = group.metrics.add(name=draw(texts), description=draw(texts), unit=draw(texts))
    _unknown(draw, metric)
    kind = draw(st.sampled_from([None, *_POINTS]))
    if kind is None:
        return
    data = getattr(metric, kind)
    data.SetInParent()
    if kind in {"sum", "histogram", "exponential_histogram"}:
        data.aggregation_temporality = draw(enums)
    if kind == "sum":
        data.is_monotonic = draw(st.booleans())
    for _ in range(draw(st.integers(0, 3))):
        point = data.data_points.add(
            start_time_unix_nano=draw(times),
            time_unix_nano=draw(row_times),
            flags=next(NUMBERS),
        )
        fill_pairs(point.attributes, draw(pairs))
        _POINTS[kind](draw, point)
        _unknown(draw, point)


def _number(draw: st.DrawFn, point: Message) -> None:
    _fill_number(draw, point)
    _exemplars(draw, point)


def _fill_number(draw: st.DrawFn, point: Message) -> None:
    number = draw(st.none() | ints | doubles)
    if isinstance(number, int):
        point.as_int = number
    elif number is not None:
        point.as_double = number


def _exemplars(draw: st.DrawFn, point: Message) -> None:
    for _ in range(draw(st.integers(0, 2))):
        exemplar = point.exemplars.add(
            time_unix_nano=draw(times), trace_id=draw(trace_ids), span_id=draw(span_ids)
        )
        _fill_number(draw, exemplar)
        fill_pairs(exemplar.filtered_attributes, draw(pairs))


def _counted(draw: st.DrawFn, point: Message) -> None:
    point.count = draw(counts)
    if draw(st.booleans()):
        point.sum = draw(doubles)


def _ends(draw: st.DrawFn, point: Message) -> None:
    if draw(st.booleans()):
        point.min, point.max = draw(doubles), draw(doubles)


def _histogram(draw: st.DrawFn, point: Message) -> None:
    _counted(draw, point)
    _ends(draw, point)
    _exemplars(draw, point)
    point.bucket_counts.extend(draw(st.lists(counts, max_size=3)))
    point.explicit_bounds.extend(draw(st.lists(doubles, max_size=3)))


def _exponential(draw: st.DrawFn, point: Message) -> None:
    _counted(draw, point)
    _ends(draw, point)
    _exemplars(draw, point)
    point.scale, point.zero_count = draw(offsets), draw(counts)
    for buckets in (point.positive, point.negative):
        buckets.offset = draw(offsets)
        buckets.bucket_counts.extend(draw(st.lists(counts, max_size=3)))


def _summary(draw: st.DrawFn, point: Message) -> None:
    _counted(draw, point)
    for _ in range(draw(st.integers(0, 2))):
        point.quantile_values.add(quantile=draw(doubles), value=draw(doubles))


_POINTS: dict[str, Callable[[st.DrawFn, Any], None]] = {
    "gauge": _number,
    "sum": _number,
    "histogram": _histogram,
    "exponential_histogram": _exponential,
    "summary": _summary,
}
