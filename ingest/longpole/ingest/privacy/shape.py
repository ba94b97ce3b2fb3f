"""Where text can be in an OTLP message, read off the protobuf classes themselves.

So a place that a later version of OTLP adds is not forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor

_VALUE = "opentelemetry.proto.common.v1.AnyValue"
_PAIR = "opentelemetry.proto.common.v1.KeyValue"


@dataclass(frozen=True)
class Shape:
    """The names of a message's fields, by what is in them. Ids are bytes and in none of them."""

    texts: tuple[str, ...]
    text_lists: tuple[str, ...]
    pairs: tuple[str, ...]
    values: tuple[str, ...]
    children: tuple[str, ...]
    child_lists: tuple[str, ...]
    event_name: str | None


def shape_of(message: Any) -> Shape:  # noqa: ANN401 - generated classes
    """The shape of a message's type."""
    return _shape(message.DESCRIPTOR)


@cache
def _shape(descriptor: Descriptor) -> Shape:
    named: dict[str, list[str]] = {}
    for field in descriptor.fields:
        named.setdefault(_place(field), []).append(field.name)
    place = {name: tuple(fields) for name, fields in named.items()}
    return Shape(
        place.get("text", ()),
        place.get("text_list", ()),
        place.get("pair_list", ()),
        place.get("value", ()),
        place.get("child", ()),
        place.get("child_list", ()),
        {"Event": "name", "LogRecord": "event_name"}.get(descriptor.name),
    )


def _place(field: FieldDescriptor) -> str:
    ending = "_list" if field.is_repeated else ""
    if field.type == FieldDescriptor.TYPE_STRING:
        return "text" + ending
    if field.message_type is None:
        return "none"
    kind = {_VALUE: "value", _PAIR: "pair"}.get(field.message_type.full_name, "child")
    return kind + ending
