"""The rows of otel_traces in a block of ResourceSpans messages.

Three nested SELECTs, so that no nested array is copied: resource, scope, span.
"""

from __future__ import annotations

from longpole.core.otlp.fragments import (
    PROJECT,
    SPAN_ID_BYTES,
    TRACE_ID_BYTES,
    attributes,
    hex_id,
    hex_ids,
    instant,
    instants,
)


def spans_select(table: str) -> str:
    """The SELECT of the view on the input table."""
    return f"""SELECT
    {instant("s.start_time_unix_nano")} AS Timestamp,
    lower(hex(s.trace_id)) AS TraceId,
    lower(hex(s.span_id)) AS SpanId,
    {hex_id("s.parent_span_id", SPAN_ID_BYTES)} AS ParentSpanId,
    s.trace_state AS TraceState,
    s.name AS SpanName,
    transform(s.kind, [1, 2, 3, 4, 5], ['Internal','Server','Client','Producer','Consumer'],
        'Unspecified') AS SpanKind,
    ra['service.name'] AS ServiceName,
    ra AS ResourceAttributes,
    sc.name AS ScopeName,
    sc.version AS ScopeVersion,
    {attributes("s.attributes")} AS SpanAttributes,
    if(s.end_time_unix_nano > s.start_time_unix_nano,
       s.end_time_unix_nano - s.start_time_unix_nano, 0) AS Duration,
    transform(s.status.code, [1, 2], ['Ok','Error'], 'Unset') AS StatusCode,
    s.status.message AS StatusMessage,
    {instants("s.events.time_unix_nano")} AS `Events.Timestamp`,
    s.events.name AS `Events.Name`,
    arrayMap(x -> {attributes("x")}, s.events.attributes) AS `Events.Attributes`,
    {hex_ids("s.links.trace_id", TRACE_ID_BYTES)} AS `Links.TraceId`,
    {hex_ids("s.links.span_id", SPAN_ID_BYTES)} AS `Links.SpanId`,
    s.links.trace_state AS `Links.TraceState`,
    arrayMap(x -> {attributes("x")}, s.links.attributes) AS `Links.Attributes`,
    Project
FROM (
    SELECT Project, ra, ss.scope AS sc, arrayJoin(ss.spans) AS s
    FROM (
        SELECT {PROJECT} AS Project, {attributes("resource.attributes")} AS ra,
            arrayJoin(scope_spans) AS ss
        FROM {table}
    )
)"""
