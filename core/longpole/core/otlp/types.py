"""ClickHouse column types that mirror OTLP's messages (the .proto files beside this file)."""

from __future__ import annotations

from longpole.core.otlp.signals import Signal

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
_ANY_VALUE = _value(f"Tuple(values Array({_INNER}))")
_ATTRIBUTES = f"Array(Tuple(key String, value {_ANY_VALUE}))"
_RESOURCE = f"resource Tuple(attributes {_ATTRIBUTES})"
_PROJECT = "longpole_project Array(String)"
_SCOPE = (
    f"scope Tuple(name String, version String, attributes {_ATTRIBUTES}, "
    "dropped_attributes_count UInt32)"
)

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
_RESOURCE_SPANS = (
    f"{_RESOURCE}, scope_spans Array(Tuple(scope Tuple(name String, version String), "
    f"spans Array({_SPAN}))), {_PROJECT}"
)

_LOG_RECORD = (
    "Tuple(time_unix_nano UInt64, severity_number Int32, severity_text String, "
    f"body {_ANY_VALUE}, attributes {_ATTRIBUTES}, flags UInt32, trace_id String, "
    "span_id String, observed_time_unix_nano UInt64, event_name String)"
)
_RESOURCE_LOGS = (
    f"{_RESOURCE}, scope_logs Array(Tuple({_SCOPE}, log_records Array({_LOG_RECORD}), "
    f"schema_url String)), schema_url String, {_PROJECT}"
)

_NUMBER = "value Enum8('none'=0,'as_double'={},'as_int'=6), as_double Float64, as_int Int64"
_EXEMPLARS = (
    f"exemplars Array(Tuple(time_unix_nano UInt64, {_NUMBER.format(3)}, span_id String, "
    f"trace_id String, filtered_attributes {_ATTRIBUTES}))"
)
_POINT = (
    f"start_time_unix_nano UInt64, time_unix_nano UInt64, attributes {_ATTRIBUTES}, flags UInt32"
)
_COUNTED = f"{_POINT}, count UInt64, sum Float64"
_ENDS = "min Float64, max Float64"
_BUCKETS = "Tuple(offset Int32, bucket_counts Array(UInt64))"
_TEMPORALITY = "aggregation_temporality Int32"
_POINTS = {
    "gauge": (f"{_POINT}, {_NUMBER.format(4)}, {_EXEMPLARS}", ""),
    "sum": (f"{_POINT}, {_NUMBER.format(4)}, {_EXEMPLARS}", f", {_TEMPORALITY}, is_monotonic Bool"),
    "histogram": (
        f"{_COUNTED}, {_ENDS}, bucket_counts Array(UInt64), explicit_bounds Array(Float64), "
        f"{_EXEMPLARS}",
        f", {_TEMPORALITY}",
    ),
    "exponential_histogram": (
        f"{_COUNTED}, {_ENDS}, scale Int32, zero_count UInt64, positive {_BUCKETS}, "
        f"negative {_BUCKETS}, {_EXEMPLARS}",
        f", {_TEMPORALITY}",
    ),
    "summary": (
        f"{_COUNTED}, quantile_values Array(Tuple(quantile Float64, value Float64))",
        "",
    ),
}
_DATA = ", ".join(
    f"{kind} Tuple(data_points Array(Tuple({point})){rest})"
    for kind, (point, rest) in _POINTS.items()
)
_METRIC = (
    "Tuple(name String, description String, unit String, data Enum8('none'=0,'gauge'=5,'sum'=7,"
    f"'histogram'=9,'exponential_histogram'=10,'summary'=11), {_DATA})"
)
_RESOURCE_METRICS = (
    f"{_RESOURCE}, scope_metrics Array(Tuple({_SCOPE}, metrics Array({_METRIC}), "
    f"schema_url String)), schema_url String, {_PROJECT}"
)

COLUMNS = {
    Signal.TRACES: _RESOURCE_SPANS,
    Signal.LOGS: _RESOURCE_LOGS,
    Signal.METRICS: _RESOURCE_METRICS,
}
