"""The rows of otel_logs in a block of ResourceLogs messages, flattened as spans are."""

from __future__ import annotations

from longpole.core.otlp.fragments import (
    PROJECT,
    SPAN_ID_BYTES,
    TRACE_ID_BYTES,
    attributes,
    hex_id,
    instant,
    value_text,
)

# A record without a time of its own has the one at which it was seen.
_TIME = "if(r.time_unix_nano = 0, r.observed_time_unix_nano, r.time_unix_nano)"


def logs_select(table: str) -> str:
    """The SELECT of the view on the input table."""
    return f"""SELECT
    {instant(_TIME)} AS Timestamp,
    {hex_id("r.trace_id", TRACE_ID_BYTES)} AS TraceId,
    {hex_id("r.span_id", SPAN_ID_BYTES)} AS SpanId,
    toUInt8(bitAnd(r.flags, 255)) AS TraceFlags,
    r.severity_text AS SeverityText,
    toUInt8(if(r.severity_number BETWEEN 1 AND 24, r.severity_number, 0)) AS SeverityNumber,
    ra['service.name'] AS ServiceName,
    {value_text("r.body")} AS Body,
    ru AS ResourceSchemaUrl,
    ra AS ResourceAttributes,
    su AS ScopeSchemaUrl,
    sc.name AS ScopeName,
    sc.version AS ScopeVersion,
    sa AS ScopeAttributes,
    {attributes("r.attributes")} AS LogAttributes,
    r.event_name AS EventName,
    Project
FROM (
    SELECT Project, ru, ra, su, sc, sa, arrayJoin(records) AS r
    FROM (
        SELECT Project, ru, ra, sl.schema_url AS su, sl.scope AS sc,
            {attributes("sl.scope.attributes")} AS sa, sl.log_records AS records
        FROM (
            SELECT {PROJECT} AS Project, schema_url AS ru,
                {attributes("resource.attributes")} AS ra, arrayJoin(scope_logs) AS sl
            FROM {table}
        )
    )
)"""
