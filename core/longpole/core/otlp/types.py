"""ClickHouse column types that mirror OTLP's trace messages (trace.proto beside this file)."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

# With input_format_protobuf_oneof_presence = 1 the enum says which member was set, so that an
# empty string, 0 and false differ from "not set".
_MEMBER = (
    "value Enum8('none'=0,'string_value'=1,'bool_value'=2,'int_value'=3,'double_value'=4,"
    "'array_value'=5,'kvlist_value'=6,'bytes_value'=7)"
)


def _value(array_type: str) -> str:
    return (
        f"Tuple({_MEMBER}, string_value String, bool_value Bool, int_value Int64, "
        f"double_value Float64, array_value {array_type}, kvlist_value String, bytes_value String)"
    )


_INNER = _value("String")
_ATTRIBUTES = f"Array(Tuple(key String, value {_value(f'Tuple(values Array({_INNER}))')}))"
_EVENTS = f"Array(Tuple(time_unix_nano UInt64, name String, attributes {_ATTRIBUTES}))"
_LINKS = (
    f"Array(Tuple(trace_id String, span_id String, trace_state String, attributes {_ATTRIBUTES}))"
)
_SPAN = (
    "Tuple(trace_id String, span_id String, trace_state String, parent_span_id String, "
    "name String, kind Int32, start_time_unix_nano UInt64, end_time_unix_nano UInt64, "
    f"attributes {_ATTRIBUTES}, events {_EVENTS}, links {_LINKS}, "
    "status Tuple(message String, code Int32))"
)
RESOURCE_SPANS = (
    f"resource Tuple(attributes {_ATTRIBUTES}), "
    f"scope_spans Array(Tuple(scope Tuple(name String, version String), spans Array({_SPAN})))"
)


def proto_text() -> str:
    """The message description that travels with an INSERT, so that a server needs no file."""
    return proto_file().read_text("utf-8")


def proto_file() -> Path:
    """Where the message description lies on this machine."""
    return Path(str(files("longpole.core").joinpath("otlp", "trace.proto")))
