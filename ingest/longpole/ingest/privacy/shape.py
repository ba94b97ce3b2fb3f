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
    """The names of a message's fields, by what is in them. Ids are bytes and in none of them.

    `holders` are the children that have attributes, or whose children do.
    """

    texts: tuple[str, ...]
    text_lists: tuple[str, ...]
    pairs: tuple[str, ...]
    values: tuple[str, ...]
    children: tuple[str, ...]
    child_lists: tuple[str, ...]
    event_name: str | None
    holders: tuple[str, ...]
    holder_lists: tuple[str, ...]


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
        _holding(descriptor, place.get("child", ())),
        _holding(descriptor, place.get("child_list", ())),
    )


def _holding(descriptor: Descriptor, names: tuple[str, ...]) -> tuple[str, ...]:
    def holds(name: str) -> bool:
        inner = _shape(descriptor.fields_by_name[name].message_type)
        return bool(inner.pairs or inner.holders or inner.holder_lists)

    return tuple(filter(holds, names))


def _place(field: FieldDescriptor) -> str:
    ending = "_list" if field.is_repeated else ""
    if field.type == FieldDescriptor.TYPE_STRING:
        return "text" + ending
    if field.message_type is None:
        return "none"
    kind = {_VALUE: "value", _PAIR: "pair"}.get(field.message_type.full_name, "child")
    return kind + ending
