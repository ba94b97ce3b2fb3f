"""The collector configurations name components and keys that exist, and fit Longpole's tables."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from longpole.core.otlp.signals import Signal
from longpole.core.store import Store

COLLECTOR = Path(__file__).parents[2] / "deploy" / "collector"
FILES = ["to-longpole.yaml", "to-clickhouse.yaml"]
QUEUE_KEYS = {"queue_size", "block_on_overflow", "batch", "num_consumers", "storage", "sizer"}
BATCH_KEYS = {"flush_timeout", "min_size", "max_size", "sizer"}
RETRY_KEYS = {"enabled", "initial_interval", "max_interval", "max_elapsed_time"}
# Keys of the exporters' own configuration: opentelemetry-collector exporter/otlphttpexporter and
# config/confighttp; opentelemetry-collector-contrib exporter/clickhouseexporter/config.schema.yaml.
EXPORTER_KEYS = {
    "otlp_http": {
        "endpoint", "traces_endpoint", "headers", "compression", "timeout", "tls", "encoding",
        "sending_queue", "retry_on_failure",
    },
    "clickhouse": {
        "endpoint", "username", "password", "database", "traces_table_name", "logs_table_name",
        "metrics_tables", "create_schema", "async_insert", "compress", "connection_params", "ttl",
        "timeout", "tls", "cluster_name", "table_engine", "json", "sending_queue",
        "retry_on_failure",
    },
}  # fmt: skip
METRICS_KEYS = {"gauge", "sum", "summary", "histogram", "exponential_histogram"}
# What the exporter inserts: opentelemetry-collector-contrib v0.161.0,
# exporter/clickhouseexporter/internal/sql_templates/traces_insert.sql.
INSERTED = [
    "Timestamp", "TraceId", "SpanId", "ParentSpanId", "TraceState", "SpanName", "SpanKind",
    "ServiceName", "ResourceAttributes", "ScopeName", "ScopeVersion", "SpanAttributes", "Duration",
    "StatusCode", "StatusMessage", "Events.Timestamp", "Events.Name", "Events.Attributes",
    "Links.TraceId", "Links.SpanId", "Links.TraceState", "Links.Attributes",
]  # fmt: skip


def read(name: str) -> dict[str, Any]:
    loaded = yaml.safe_load((COLLECTOR / name).read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@pytest.mark.parametrize("name", FILES)
def test_pipelines_use_what_is_defined_and_all_of_it(name: str) -> None:
    config = read(name)
    assert set(config) == {"receivers", "processors", "exporters", "service"}
    for kind in ("receivers", "processors", "exporters"):
        used = {part for line in config["service"]["pipelines"].values() for part in line[kind]}
        assert used == set(config[kind])


@pytest.mark.parametrize("name", FILES)
def test_every_signal_has_a_pipeline(name: str) -> None:
    assert set(read(name)["service"]["pipelines"]) == {signal.value for signal in Signal}


@pytest.mark.parametrize("name", FILES)
def test_exporter_keys_are_known(name: str) -> None:
    for exporter, options in read(name)["exporters"].items():
        assert set(options) <= EXPORTER_KEYS[exporter]
        queue = options["sending_queue"]
        assert set(queue) <= QUEUE_KEYS
        assert set(queue["batch"]) <= BATCH_KEYS
        assert queue["batch"]["max_size"] >= queue["batch"]["min_size"]
        assert set(options["retry_on_failure"]) <= RETRY_KEYS


@pytest.mark.parametrize("name", FILES)
def test_variables_are_told_at_the_top(name: str) -> None:
    text = (COLLECTOR / name).read_text("utf-8")
    head = text.partition("receivers:")[0]
    variables = set(re.findall(r"\$\{env:(\w+)\}", text))
    assert variables
    assert all(variable in head for variable in variables)


def test_the_exporter_writes_into_longpoles_tables_and_makes_none(store: Store) -> None:
    options = read("to-clickhouse.yaml")["exporters"]["clickhouse"]
    assert (options["create_schema"], options["database"]) == (False, "longpole")
    assert options["traces_table_name"] == "otel_traces"
    assert options["logs_table_name"] == "otel_logs"
    points = {kind: table["name"] for kind, table in options["metrics_tables"].items()}
    assert points == {kind: f"otel_metrics_{kind}" for kind in METRICS_KEYS}
    there = store.frame("SELECT name FROM system.tables WHERE database = currentDatabase()")
    assert {"otel_traces", "otel_logs", *points.values()} <= set(there["name"])


def test_a_row_as_the_exporter_inserts_it_is_stored_and_normalised(store: Store) -> None:
    columns = store.frame(
        "SELECT name FROM system.columns WHERE database = currentDatabase() "
        "AND table = 'otel_traces'"
    )["name"].to_list()
    assert set(INSERTED) <= set(columns)
    store.insert("otel_traces", exporter_row())
    [row] = store.rows("SELECT * FROM spans")
    assert (row["Project"], row["Service"], row["Kind"]) == ("default", "bot", "llm")
    assert (row["Model"], row["InputTokens"], row["DurationNs"]) == ("gpt-4o", 12, 1_500)


def exporter_row() -> pl.DataFrame:
    """One span in the exporter's column types: maps of text, nested lists."""
    words = pl.Map(pl.String(), pl.String())
    texts = pl.List(pl.String())
    moment = pl.Datetime("ns", "UTC")
    start = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.input_tokens": "12",
    }
    values: dict[str, tuple[Any, Any]] = {
        "Timestamp": (start, moment),
        "TraceId": ("0" * 31 + "1", pl.String()),
        "SpanId": ("0" * 15 + "1", pl.String()),
        "ParentSpanId": ("", pl.String()),
        "TraceState": ("", pl.String()),
        "SpanName": ("chat gpt-4o", pl.String()),
        "SpanKind": ("Client", pl.String()),
        "ServiceName": ("bot", pl.String()),
        "ResourceAttributes": (pairs({"service.name": "bot"}), words),
        "ScopeName": ("s", pl.String()),
        "ScopeVersion": ("1", pl.String()),
        "SpanAttributes": (pairs(attributes), words),
        "Duration": (1_500, pl.UInt64()),
        "StatusCode": ("Unset", pl.String()),
        "StatusMessage": ("", pl.String()),
        "Events.Timestamp": ([start], pl.List(moment)),
        "Events.Name": (["e"], texts),
        "Events.Attributes": ([pairs({"k": "v"})], pl.List(words)),
        "Links.TraceId": ([], texts),
        "Links.SpanId": ([], texts),
        "Links.TraceState": ([], texts),
        "Links.Attributes": ([], pl.List(words)),
    }
    assert list(values) == INSERTED
    return pl.DataFrame(
        {name: pl.Series([value], dtype=kind) for name, (value, kind) in values.items()}
    )


def pairs(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]
