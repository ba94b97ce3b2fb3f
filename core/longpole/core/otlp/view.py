"""The view by which ClickHouse itself turns OTLP protobuf into rows of otel_traces.

Rows of the Null table `otlp_in` are ResourceSpans messages. Three nested SELECTs flatten them, so
that no nested array is copied: resource, scope, span. Values become text: numbers and booleans as
written, arrays as JSON, what nests deeper as `{"@otlp_kvlist": base64}` (see nested.py).
"""

from __future__ import annotations

from longpole.core.otlp.types import RESOURCE_SPANS, proto_file, proto_text
from longpole.core.store import Generated

INPUT_TABLE = "otlp_in"
INPUT_FORMAT = "Protobuf"


def input_settings(embedded: bool) -> dict[str, object]:
    """Settings of an INSERT of length-delimited ResourceSpans into `otlp_in`."""
    # A server has no file of ours, so the schema travels with the statement. The embedded engine
    # would write such a schema into the working directory, and reads the packaged file instead.
    schema: dict[str, object] = (
        {"format_schema": f"{proto_file()}:ResourceSpans"}
        if embedded
        else {
            "format_schema_source": "string",
            "format_schema": proto_text(),
            "format_schema_message_name": "ResourceSpans",
        }
    )
    return {
        **schema,
        "input_format_protobuf_oneof_presence": 1,
        "output_format_json_escape_forward_slashes": 0,
        # Lazy branches would filter every captured column; eager ones are twice as fast here.
        "short_circuit_function_evaluation": "disable",
        # Compiling and rearranging the views on otel_traces anew costs each insert more than it
        # saves; settings written into a view do not reach its own run inside an insert.
        "compile_expressions": 0,
        "query_plan_enable_optimizations": 0,
    }


def decode_views() -> list[Generated]:
    """The input table and the view on it."""
    return [
        Generated(
            INPUT_TABLE, f"CREATE OR REPLACE TABLE {INPUT_TABLE} ({RESOURCE_SPANS}) ENGINE = Null"
        ),
        Generated(
            f"{INPUT_TABLE}_mv",
            f"CREATE MATERIALIZED VIEW {INPUT_TABLE}_mv TO otel_traces AS\n{_flatten()}",
        ),
    ]


def _raw(kind: str, value: str) -> str:
    return f"concat('{{\"@otlp_{kind}\":\"', base64Encode({value}), '\"}}')"


def _inner_json(v: str) -> str:
    return (
        f"multiIf({v}.value = 'string_value', toJSONString({v}.string_value), "
        f"{v}.value = 'int_value', toString({v}.int_value), "
        f"{v}.value = 'double_value', toString({v}.double_value), "
        f"{v}.value = 'bool_value', if({v}.bool_value, 'true', 'false'), "
        f"{v}.value = 'array_value', {_raw('array', f'{v}.array_value')}, "
        f"{v}.value = 'kvlist_value', {_raw('kvlist', f'{v}.kvlist_value')}, "
        f"{v}.value = 'bytes_value', concat('\"', base64Encode({v}.bytes_value), '\"'), 'null')"
    )


def _attributes(x: str) -> str:
    # The members go into the lambda as separate arrays: cheaper than one tuple argument.
    v = f"{x}.value"
    array = f"concat('[', arrayStringConcat(arrayMap(e -> {_inner_json('e')}, a), ','), ']')"
    text = (
        "multiIf(k = 'string_value', t, k = 'int_value', toString(i), "
        "k = 'double_value', toString(f), k = 'bool_value', if(b, 'true', 'false'), "
        f"k = 'array_value', {array}, k = 'kvlist_value', {_raw('kvlist', 'm')}, base64Encode(y))"
    )
    return (
        f"mapFromArrays(CAST({x}.key, 'Array(LowCardinality(String))'), "
        f"arrayMap((k, t, i, f, b, y, a, m) -> {text}, {v}.value, {v}.string_value, "
        f"{v}.int_value, {v}.double_value, {v}.bool_value, {v}.bytes_value, "
        f"{v}.array_value.values, {v}.kvlist_value))"
    )


def _flatten() -> str:
    return f"""SELECT
    fromUnixTimestamp64Nano(toInt64(s.start_time_unix_nano)) AS Timestamp,
    lower(hex(s.trace_id)) AS TraceId,
    lower(hex(s.span_id)) AS SpanId,
    lower(hex(s.parent_span_id)) AS ParentSpanId,
    s.trace_state AS TraceState,
    s.name AS SpanName,
    ['Unspecified','Internal','Server','Client','Producer','Consumer'][s.kind + 1] AS SpanKind,
    ra['service.name'] AS ServiceName,
    ra AS ResourceAttributes,
    sc.name AS ScopeName,
    sc.version AS ScopeVersion,
    {_attributes("s.attributes")} AS SpanAttributes,
    if(s.end_time_unix_nano > s.start_time_unix_nano,
       s.end_time_unix_nano - s.start_time_unix_nano, 0) AS Duration,
    ['Unset','Ok','Error'][s.status.code + 1] AS StatusCode,
    s.status.message AS StatusMessage,
    arrayMap(t -> fromUnixTimestamp64Nano(toInt64(t)), s.events.time_unix_nano)
        AS `Events.Timestamp`,
    s.events.name AS `Events.Name`,
    arrayMap(x -> {_attributes("x")}, s.events.attributes) AS `Events.Attributes`,
    arrayMap(t -> lower(hex(t)), s.links.trace_id) AS `Links.TraceId`,
    arrayMap(t -> lower(hex(t)), s.links.span_id) AS `Links.SpanId`,
    s.links.trace_state AS `Links.TraceState`,
    arrayMap(x -> {_attributes("x")}, s.links.attributes) AS `Links.Attributes`
FROM (
    SELECT ra, ss.scope AS sc, arrayJoin(ss.spans) AS s
    FROM (
        SELECT {_attributes("resource.attributes")} AS ra, arrayJoin(scope_spans) AS ss
        FROM {INPUT_TABLE}
    )
)"""
