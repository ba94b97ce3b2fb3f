"""OTLP's messages as one table of numbers, for the compiled walks over wire bytes.

`table[message, field number]` says how the field is written, what it means to the checks and, for a
message, which one is inside. It is read from the generated classes, so a newer OTLP is known as
soon as its package is installed.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import Any

import numpy as np
from google.protobuf.descriptor import FieldDescriptor

from longpole.core.otlp.signals import Signal
from longpole.ingest.services import REQUESTS

MEANING_SHIFT, INSIDE_SHIFT = 4, 8


class Form(IntEnum):
    """How a field is written. UNKNOWN is whatever its tag says."""

    UNKNOWN = 0
    VARINT = 1
    FIXED64 = 2
    FIXED32 = 3
    TEXT = 4
    BYTES = 5
    MESSAGE = 6
    LIST_FIXED64 = 7
    LIST_VARINT = 8


class Meaning(IntEnum):
    """What a field is to the checks."""

    NONE = 0
    ITEM = 1
    TRACE_ID = 2
    SPAN_ID = 3
    PARENT_ID = 4
    TIME = 5
    OTHER_TIME = 6
    METRIC = 7
    DATA = 8


_SPAN = {
    "trace_id": Meaning.TRACE_ID,
    "span_id": Meaning.SPAN_ID,
    "parent_span_id": Meaning.PARENT_ID,
    "start_time_unix_nano": Meaning.TIME,
    "end_time_unix_nano": Meaning.OTHER_TIME,
}
_RECORD = {
    "trace_id": Meaning.TRACE_ID,
    "span_id": Meaning.SPAN_ID,
    "time_unix_nano": Meaning.TIME,
    "observed_time_unix_nano": Meaning.OTHER_TIME,
}
_POINT = {"time_unix_nano": Meaning.TIME, "start_time_unix_nano": Meaning.OTHER_TIME}
_KINDS = ("gauge", "sum", "histogram", "exponential_histogram", "summary")
_MEANINGS: dict[str, dict[str, Meaning]] = {
    "ScopeSpans": {"spans": Meaning.ITEM},
    "Span": _SPAN,
    "ScopeLogs": {"log_records": Meaning.ITEM},
    "LogRecord": _RECORD,
    "ScopeMetrics": {"metrics": Meaning.METRIC},
    "Metric": dict.fromkeys(_KINDS, Meaning.DATA),
    "Gauge": {"data_points": Meaning.ITEM},
    "Sum": {"data_points": Meaning.ITEM},
    "Histogram": {"data_points": Meaning.ITEM},
    "ExponentialHistogram": {"data_points": Meaning.ITEM},
    "Summary": {"data_points": Meaning.ITEM},
    "NumberDataPoint": _POINT,
    "HistogramDataPoint": _POINT,
    "ExponentialHistogramDataPoint": _POINT,
    "SummaryDataPoint": _POINT,
}
_FORMS = {
    FieldDescriptor.TYPE_DOUBLE: Form.FIXED64,
    FieldDescriptor.TYPE_FIXED64: Form.FIXED64,
    FieldDescriptor.TYPE_SFIXED64: Form.FIXED64,
    FieldDescriptor.TYPE_FIXED32: Form.FIXED32,
    FieldDescriptor.TYPE_STRING: Form.TEXT,
    FieldDescriptor.TYPE_BYTES: Form.BYTES,
    FieldDescriptor.TYPE_MESSAGE: Form.MESSAGE,
    FieldDescriptor.TYPE_INT32: Form.VARINT,
    FieldDescriptor.TYPE_INT64: Form.VARINT,
    FieldDescriptor.TYPE_UINT32: Form.VARINT,
    FieldDescriptor.TYPE_UINT64: Form.VARINT,
    FieldDescriptor.TYPE_SINT32: Form.VARINT,
    FieldDescriptor.TYPE_BOOL: Form.VARINT,
    FieldDescriptor.TYPE_ENUM: Form.VARINT,
}
_LISTS = {Form.FIXED64: Form.LIST_FIXED64, Form.VARINT: Form.LIST_VARINT}


@cache
def table(signal: Signal) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The messages of a signal's request; message 0 is the request itself."""
    messages = [REQUESTS[signal].DESCRIPTOR]
    entries: dict[tuple[int, int], int] = {}
    for number, message in enumerate(messages):  # grows as messages inside are met
        for field in message.fields:
            entries[number, field.number] = _entry(field, messages)
    width = 1 + max(field for _, field in entries)
    out = np.zeros((len(messages), width), dtype=np.int64)
    for place, entry in entries.items():
        out[place] = entry
    return out


def _entry(field: Any, messages: list[Any]) -> int:  # noqa: ANN401 - untyped
    form, inside = _FORMS[field.type], 0
    if field.message_type is not None:
        names = [message.full_name for message in messages]
        if field.message_type.full_name not in names:
            messages.append(field.message_type)
            names.append(field.message_type.full_name)
        inside = names.index(field.message_type.full_name)
    elif field.is_repeated:
        form = _LISTS.get(form, form)
    meaning = _MEANINGS.get(field.containing_type.name, {}).get(field.name, Meaning.NONE)
    return form | meaning << MEANING_SHIFT | inside << INSIDE_SHIFT
