"""Readable JSON for attribute values that ClickHouse keeps as encoded OTLP messages.

OTLP values nest without limit and ClickHouse's protobuf reader does not recurse, so lists of maps
(chat messages, for instance) are stored losslessly as `{"@otlp_kvlist": base64}` inside the text.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValueList

_MARKS = ("@otlp_kvlist", "@otlp_array")
MAX_DEPTH = 64


def render_value(text: str) -> str:
    """The attribute value as people expect it: encoded parts decoded, the rest unchanged."""
    if not any(mark in text for mark in _MARKS):
        return text
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return json.dumps(_decoded(parsed, 0), ensure_ascii=False, separators=(",", ":"))


def _decoded(value: object, depth: int) -> object:
    if depth > MAX_DEPTH:
        return "..."
    if isinstance(value, list):
        return [_decoded(item, depth + 1) for item in value]
    if isinstance(value, dict) and len(value) == 1:
        (mark, encoded), *_ = value.items()
        if mark in _MARKS and isinstance(encoded, str):
            return _message(mark, encoded, value, depth)
    return value


def _message(mark: str, encoded: str, fallback: object, depth: int) -> object:
    # A program may send text that only looks like our mark: then it stays as it is.
    message = KeyValueList() if mark == "@otlp_kvlist" else ArrayValue()
    try:
        message.ParseFromString(base64.b64decode(encoded, validate=True))
    except (DecodeError, binascii.Error):
        return fallback
    return _plain_list(message, depth)


def _plain_list(message: Any, depth: int) -> object:  # noqa: ANN401 - generated classes
    if depth > MAX_DEPTH:
        return "..."
    if isinstance(message, KeyValueList):
        return {pair.key: _plain(pair.value, depth + 1) for pair in message.values}
    return [_plain(item, depth + 1) for item in message.values]


def _plain(value: AnyValue, depth: int) -> object:
    member = value.WhichOneof("value")
    if member is None:
        return None
    if member in {"kvlist_value", "array_value"}:
        return _plain_list(getattr(value, member), depth)
    if member == "bytes_value":
        return base64.b64encode(value.bytes_value).decode("ascii")
    return getattr(value, member)
