"""OTLP/JSON -> the signal's request: one walk over the parsed document, one constructor call.

The converters are built once from the descriptors. protobuf's own `json_format` wants ids in
base64 and costs several times as much; tests hold the two against each other.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from longpole.core.otlp.signals import Signal
from longpole.ingest.body import json_values as values
from longpole.ingest.body.json_values import Convert, Fault
from longpole.ingest.errors import RefusedError, too_many_parts
from longpole.ingest.services import REQUESTS
from longpole.ingest.wire.walk import json_shape

Fields = dict[str, tuple[str, Convert]]
# Messages in messages may be 100 deep, which takes half as many objects and lists again.
MAX_DEPTH = 200
_IDS = {"trace_id", "span_id", "parent_span_id"}
_INT32 = values.integer(-(2**31), 2**31 - 1)
_INT64 = values.integer(-(2**63), 2**63 - 1)
_UINT32 = values.integer(0, 2**32 - 1)
_UINT64 = values.integer(0, 2**64 - 1)
_SCALARS: dict[int, Convert] = {
    FieldDescriptor.TYPE_STRING: values.text,
    FieldDescriptor.TYPE_BOOL: values.boolean,
    FieldDescriptor.TYPE_BYTES: values.base64,
    FieldDescriptor.TYPE_DOUBLE: values.number,
    FieldDescriptor.TYPE_INT32: _INT32,
    FieldDescriptor.TYPE_SINT32: _INT32,
    FieldDescriptor.TYPE_UINT32: _UINT32,
    FieldDescriptor.TYPE_FIXED32: _UINT32,
    FieldDescriptor.TYPE_INT64: _INT64,
    FieldDescriptor.TYPE_SFIXED64: _INT64,
    FieldDescriptor.TYPE_UINT64: _UINT64,
    FieldDescriptor.TYPE_FIXED64: _UINT64,
}


def request_from_json(signal: Signal, body: bytes, max_parts: int) -> Message:
    """Parse a body with at most `max_parts` objects and lists. Raises RefusedError."""
    document = _document(body, max_parts)
    name = REQUESTS[signal].DESCRIPTOR.fields[0].json_name
    if not isinstance(document, dict):
        raise RefusedError(f"the body is JSON, but not an object with {name}")
    try:
        request: Message = REQUESTS[signal](**_converter(signal)(document))  # type: ignore[arg-type]
        return request
    except Fault as fault:
        raise RefusedError(f"the JSON is not an OTLP {signal} request: {fault}") from None


def _document(body: bytes, max_parts: int) -> object:
    depth, parts = json_shape(body)
    if depth > MAX_DEPTH:
        raise RefusedError(
            f"the body is not JSON that can be read: nested more than {MAX_DEPTH} deep"
        )
    if parts > max_parts:
        raise too_many_parts(max_parts)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(f"the body is not JSON: {error}") from None


@cache
def _converter(signal: Signal) -> Convert:
    return _message(REQUESTS[signal].DESCRIPTOR, {})


def _message(descriptor: Any, known: dict[str, Convert]) -> Convert:  # noqa: ANN401 - untyped
    if descriptor.full_name in known:
        return known[descriptor.full_name]
    fields: Fields = {}
    convert = _object(fields, _exclusive(descriptor))
    known[descriptor.full_name] = convert  # before the fields: values hold values
    for field in descriptor.fields:
        inner = _field(field, known)
        fields[field.name] = fields[field.json_name] = field.name, inner
    return convert


def _exclusive(descriptor: Any) -> dict[str, str]:  # noqa: ANN401 - untyped
    """Field -> oneof, for those that exclude others."""
    return {
        field.name: oneof.name
        for oneof in descriptor.oneofs
        for field in oneof.fields
        if len(oneof.fields) > 1
    }


def _object(fields: Fields, exclusive: dict[str, str]) -> Convert:
    text = values.text

    def convert(document: object) -> object:
        if type(document) is not dict:
            raise Fault("an object", document)
        out: dict[str, object] = {}
        for key, value in document.items():
            if value is None or (field := fields.get(key)) is None:
                continue
            name, inner = field
            if name in out:
                raise Fault(f"clear: {name} is there in both spellings", document)
            if inner is text and type(value) is str:  # most of it; a call costs more than to ask
                out[name] = value
                continue
            try:
                out[name] = inner(value)
            except Fault as fault:
                fault.path.append(key)
                raise
        if exclusive and len(out) > 1:
            _one_each(out, exclusive, document)
        return out

    return convert


def _one_each(out: dict[str, object], exclusive: dict[str, str], document: object) -> None:
    groups = [exclusive[name] for name in out if name in exclusive]
    if len(groups) != len(set(groups)):
        names = " and ".join(name for name in out if name in exclusive)
        raise Fault(f"clear: only one of {names} may be there", document)


def _field(field: Any, known: dict[str, Convert]) -> Convert:  # noqa: ANN401 - untyped
    if field.message_type is not None:
        inner = _message(field.message_type, known)
    elif field.enum_type is not None:
        inner = values.enum({value.name: value.number for value in field.enum_type.values})
    elif field.name in _IDS and field.type == FieldDescriptor.TYPE_BYTES:
        inner = values.hex_id
    else:
        inner = _SCALARS[field.type]
    return _list(inner) if field.is_repeated else inner


def _list(inner: Convert) -> Convert:
    def convert(items: object) -> object:
        if type(items) is not list:
            raise Fault("a list", items)
        out: list[object] = []
        try:
            for item in items:
                out.append(inner(item))
        except Fault as fault:
            fault.path.append(len(out))
            raise
        return out

    return convert
