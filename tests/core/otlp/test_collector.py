"""A collector's ClickHouse exporter can insert into every table, and what follows happens.

The column lists are those of opentelemetry-collector-contrib, exporter/clickhouseexporter/internal/
sqltemplates/*_insert.sql (v0.161.0); EventName is inserted where the table has it.
"""

from __future__ import annotations

import pytest

from longpole.core.store import Store

WORDS = "map('k', 'v', 'service.name', 'bot')"
TIME = "toDateTime64('2026-11-01 12:00:00.000000001', 9, 'UTC')"
TRACE_ID, SPAN_ID = "'" + "1" * 32 + "'", "'" + "2" * 16 + "'"
METRIC = {
    "ResourceAttributes": WORDS,
    "ResourceSchemaUrl": "'url'",
    "ScopeName": "'scope'",
    "ScopeVersion": "'1'",
    "ScopeAttributes": WORDS,
    "ScopeDroppedAttrCount": "3",
    "ScopeSchemaUrl": "'url'",
    "ServiceName": "'bot'",
    "MetricName": "'requests'",
    "MetricDescription": "'how many'",
    "MetricUnit": "'1'",
    "Attributes": WORDS,
    "StartTimeUnix": TIME,
    "TimeUnix": TIME,
}
EXEMPLARS = {
    "Exemplars.FilteredAttributes": f"[{WORDS}]",
    "Exemplars.TimeUnix": f"[{TIME}]",
    "Exemplars.Value": "[1.5]",
    "Exemplars.SpanId": f"[{SPAN_ID}]",
    "Exemplars.TraceId": f"[{TRACE_ID}]",
}
VALUE = {"Value": "1.5", "Flags": "1"}
COUNTED = {"Count": "18446744073709551615", "Sum": "1.5"}
ENDS = {"Flags": "1", "Min": "-1.5", "Max": "1.5", "AggregationTemporality": "2"}
ROWS: dict[str, dict[str, str]] = {
    "otel_traces": {
        "Timestamp": TIME,
        "TraceId": TRACE_ID,
        "SpanId": SPAN_ID,
        "ParentSpanId": "''",
        "TraceState": "''",
        "SpanName": "'chat'",
        "SpanKind": "'Client'",
        "ServiceName": "'bot'",
        "ResourceAttributes": WORDS,
        "ScopeName": "'scope'",
        "ScopeVersion": "'1'",
        "SpanAttributes": "map('gen_ai.operation.name', 'chat', 'gen_ai.request.model', 'gpt-4o')",
        "Duration": "1500",
        "StatusCode": "'Unset'",
        "StatusMessage": "''",
        "Events.Timestamp": f"[{TIME}]",
        "Events.Name": "['e']",
        "Events.Attributes": f"[{WORDS}]",
        "Links.TraceId": f"[{TRACE_ID}]",
        "Links.SpanId": f"[{SPAN_ID}]",
        "Links.TraceState": "['']",
        "Links.Attributes": f"[{WORDS}]",
    },
    "otel_logs": {
        "Timestamp": TIME,
        "TraceId": TRACE_ID,
        "SpanId": SPAN_ID,
        "TraceFlags": "1",
        "SeverityText": "'INFO'",
        "SeverityNumber": "9",
        "ServiceName": "'bot'",
        "Body": "'hello'",
        "ResourceSchemaUrl": "'url'",
        "ResourceAttributes": WORDS,
        "ScopeSchemaUrl": "'url'",
        "ScopeName": "'scope'",
        "ScopeVersion": "'1'",
        "ScopeAttributes": WORDS,
        "LogAttributes": WORDS,
        "EventName": "'event'",
    },
    "otel_metrics_gauge": {**METRIC, **VALUE, **EXEMPLARS},
    "otel_metrics_sum": {
        **METRIC, **VALUE, **EXEMPLARS, "AggregationTemporality": "2", "IsMonotonic": "true",
    },
    "otel_metrics_histogram": {
        **METRIC, **COUNTED, "BucketCounts": "[1, 2]", "ExplicitBounds": "[0.5]", **EXEMPLARS,
        **ENDS,
    },
    "otel_metrics_exponential_histogram": {
        **METRIC, **COUNTED, "Scale": "-3", "ZeroCount": "1", "PositiveOffset": "-1",
        "PositiveBucketCounts": "[1, 2]", "NegativeOffset": "0", "NegativeBucketCounts": "[]",
        **EXEMPLARS, **ENDS,
    },
    "otel_metrics_summary": {
        **METRIC, **COUNTED, "ValueAtQuantiles.Quantile": "[0.5, 0.9]",
        "ValueAtQuantiles.Value": "[1, 2]", "Flags": "1",
    },
}  # fmt: skip


def _insert(store: Store, table: str) -> None:
    row = ROWS[table]
    names = ", ".join(f"`{name}`" for name in row)
    store.command(f"INSERT INTO {table} ({names}) SELECT {', '.join(row.values())}")


@pytest.mark.parametrize("table", ROWS)
def test_a_row_with_the_exporters_columns_is_stored(store: Store, table: str) -> None:
    _insert(store, table)
    checks = ", ".join(
        f"toString(`{name}`) = toString(CAST({value}, toTypeName(`{name}`))) AS `ok {name}`"
        for name, value in ROWS[table].items()
    )
    [row] = store.rows(f"SELECT Project, IngestedAt > now() - 60 AS recent, {checks} FROM {table}")
    assert (row.pop("Project"), row.pop("recent")) == ("default", 1)
    assert len(row) == len(ROWS[table])
    assert {name for name, equal in row.items() if not equal} == set()


@pytest.mark.parametrize("table", [name for name in ROWS if name != "otel_traces"])
def test_a_table_has_the_exporters_columns_and_two_of_ours(store: Store, table: str) -> None:
    columns = store.frame(
        "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {t:String}",
        {"t": table},
    )["name"].to_list()
    computed = {"TimestampTime"} if table == "otel_logs" else set()
    assert set(columns) == {*ROWS[table], "Project", "IngestedAt", *computed}


def test_a_span_is_normalised_and_its_trace_is_to_be_assembled(store: Store) -> None:
    _insert(store, "otel_traces")
    [span] = store.rows("SELECT Project, Service, Kind, Model, DurationNs FROM spans")
    assert list(span.values()) == ["default", "bot", "llm", "gpt-4o", 1500]
    [arrival] = store.rows("SELECT Project, TraceId, Spans FROM trace_arrivals")
    assert list(arrival.values()) == ["default", TRACE_ID.strip("'"), 1]
    [found] = store.rows("SELECT count() AS traces FROM otel_traces_trace_id_ts")
    assert found["traces"] == 1


def test_a_log_record_is_found_by_second(store: Store) -> None:
    _insert(store, "otel_logs")
    [row] = store.rows("SELECT toString(TimestampTime) AS second FROM otel_logs")
    assert row["second"] == "2026-11-01 12:00:00"
