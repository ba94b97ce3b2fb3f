"""A program with the real SDK and the released exporters sends all three signals to Longpole.

One Longpole takes them over both protocols; the tests look at what it answered while it ran and at
what lay in its store after it had stopped.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter as GrpcLogs
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter as GrpcMetrics
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GrpcSpans
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter as HttpLogs
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter as HttpMetrics
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter as HttpSpans
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from running import Running, running
from store_reading import rows_of

pytestmark = pytest.mark.slow

PROTOCOLS = ("http", "grpc")
WAIT_S = 90
CALLS = 4
DETAILS = "gen_ai.client.inference.operation.details"
CHAT = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
}
# A span and its log record a call, one record more; a data point an instrument.
ITEMS = {"traces": CALLS + 1, "logs": CALLS + 1, "metrics": 3}
SENT = {signal: items * len(PROTOCOLS) for signal, items in ITEMS.items()}
STORED = {
    "traces": "SELECT ServiceName, SpanName AS Name, count() AS N FROM otel_traces GROUP BY ALL",
    "logs": "SELECT ServiceName, EventName AS Name, count() AS N FROM otel_logs GROUP BY ALL",
    "metrics": """
SELECT ServiceName, MetricName AS Name, count() AS N, toFloat64(sum(Value)) AS Sum
FROM (
    SELECT ServiceName, MetricName, Value FROM otel_metrics_gauge
    UNION ALL SELECT ServiceName, MetricName, Value FROM otel_metrics_sum
    UNION ALL SELECT ServiceName, MetricName, toFloat64(Count) FROM otel_metrics_histogram
) GROUP BY ALL
""",
}


@dataclass
class Seen:
    """What Longpole said while it ran, and the rows it left."""

    traces: dict[str, dict[str, Any]] = field(default_factory=dict)  # by protocol
    steps: list[dict[str, Any]] = field(default_factory=list)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)  # by signal
    exposition: str = ""
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by signal


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    data, found = tmp_path_factory.mktemp("data"), Seen()
    with running(data) as longpole:
        sent = {protocol: send(longpole, protocol) for protocol in PROTOCOLS}
        ask(longpole, sent, found)
    found.rows = dict(zip(STORED, rows_of(data, *STORED.values()), strict=True))
    return found


def send(longpole: Running, protocol: str) -> str:
    """Spans and logs of one service, metrics of another; returns the id of the trace."""
    spans, logs, metrics = exporters(longpole, protocol)
    program = Resource.create({"service.name": f"shop-{protocol}"})
    tracing, logging = TracerProvider(resource=program), LoggerProvider(resource=program)
    tracing.add_span_processor(BatchSpanProcessor(spans))
    logging.add_log_record_processor(BatchLogRecordProcessor(logs))
    trace_id = call_models(tracing, logging)
    measured = Resource.create({"service.name": f"measured-{protocol}"})
    # Sends when it is flushed, and not once more when it is shut down.
    reader = PeriodicExportingMetricReader(metrics, export_interval_millis=float("inf"))
    measuring = MeterProvider([reader], resource=measured)
    measure(measuring)
    for provider in (tracing, logging, measuring):
        assert provider.force_flush(), f"Longpole did not take {provider} over {protocol}"
        provider.shutdown()
    return trace_id


def exporters(longpole: Running, protocol: str) -> tuple[Any, Any, Any]:
    if protocol == "grpc":
        at = longpole.otlp_grpc
        return (
            GrpcSpans(endpoint=at, insecure=True),
            GrpcLogs(endpoint=at, insecure=True),
            GrpcMetrics(endpoint=at, insecure=True),
        )
    http = longpole.otlp_http
    return (
        HttpSpans(endpoint=f"{http}/v1/traces"),
        HttpLogs(endpoint=f"{http}/v1/logs"),
        HttpMetrics(endpoint=f"{http}/v1/metrics"),
    )


def call_models(tracing: TracerProvider, logging: LoggerProvider) -> str:
    """Model calls whose tokens only a log record tells; and a line without a span."""
    tracer, logger = tracing.get_tracer("shop"), logging.get_logger("shop")
    with tracer.start_as_current_span("answer") as root:
        for number in range(CALLS):
            with tracer.start_as_current_span("chat gpt-4o", attributes=CHAT):
                usage = {"gen_ai.usage.input_tokens": 100 + number, "gen_ai.usage.output_tokens": 7}
                logger.emit(event_name=DETAILS, attributes={**CHAT, **usage})
    logger.emit(body="the shop closes", severity_text="INFO")
    return f"{root.get_span_context().trace_id:032x}"


def measure(measuring: MeterProvider) -> None:
    """What a service without spans tells of its model calls, a counter and a gauge."""
    meter = measuring.get_meter("shop")
    durations = meter.create_histogram("gen_ai.client.operation.duration", unit="s")
    for number in range(CALLS):
        durations.record(0.5 + number / 10, CHAT)
    meter.create_counter("shop.orders").add(3, {"kind": "book"})
    meter.create_gauge("shop.open").set(2.5)


def ask(longpole: Running, sent: dict[str, str], found: Seen) -> None:
    """Read every answer once it is complete."""
    with httpx.Client(base_url=longpole.ui, timeout=60) as api:
        for protocol, trace_id in sent.items():
            found.traces[protocol] = complete(api, f"/api/v1/traces/{trace_id}", has_usage)
        answer = complete(api, "/api/v1/steps?since=1h", has_metrics)
        found.steps = answer["steps"]
        answer = complete(api, "/api/v1/ingest", has_everything)
        found.accounts = {account["signal"]: account for account in answer["signals"]}
        found.exposition = api.get("/metrics").text


def complete(
    api: httpx.Client, path: str, is_complete: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        answer = api.get(path)
        if answer.status_code == 200 and is_complete(answer.json()):
            found: dict[str, Any] = answer.json()
            return found
        time.sleep(0.2)
    raise AssertionError(f"{path} is not complete after {WAIT_S} s: {answer.text[:2000]}")


def has_usage(trace: dict[str, Any]) -> bool:
    calls = [span for span in trace["spans"] if span["kind"] == "llm"]
    return len(calls) == CALLS and all(span["input_tokens"] for span in calls)


def has_metrics(answer: dict[str, Any]) -> bool:
    return {
        *(f"measured-{protocol}" for protocol in PROTOCOLS),
        *(f"shop-{protocol}" for protocol in PROTOCOLS),
    } <= {step["service"] for step in answer["steps"]}


def has_everything(answer: dict[str, Any]) -> bool:
    stored = {account["signal"]: account["stored"] for account in answer["signals"]}
    return all(stored.get(signal, 0) >= items for signal, items in SENT.items())


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_all_of_it_lies_in_the_raw_tables(seen: Seen, protocol: str) -> None:
    def of(signal: str, service: str) -> dict[str, int]:
        return {
            row["Name"]: row["N"]
            for row in seen.rows[signal]
            if row["ServiceName"] == f"{service}-{protocol}"
        }

    assert of("traces", "shop") == {"answer": 1, "chat gpt-4o": CALLS}
    assert of("logs", "shop") == {DETAILS: CALLS, "": 1}
    names = {"gen_ai.client.operation.duration", "shop.orders", "shop.open"}
    assert set(of("metrics", "measured")) == names


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_points_have_the_values_that_were_measured(seen: Seen, protocol: str) -> None:
    values = {
        row["Name"]: row["Sum"] / row["N"]
        for row in seen.rows["metrics"]
        if row["ServiceName"] == f"measured-{protocol}"
    }
    assert values == {
        "gen_ai.client.operation.duration": CALLS,
        "shop.orders": 3,
        "shop.open": 2.5,
    }


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_usage_that_only_a_log_tells_is_the_spans(seen: Seen, protocol: str) -> None:
    trace = seen.traces[protocol]
    calls = [span for span in trace["spans"] if span["kind"] == "llm"]
    assert sorted(span["input_tokens"] for span in calls) == [100 + n for n in range(CALLS)]
    assert {span["output_tokens"] for span in calls} == {7}
    assert trace["input_tokens"] == sum(range(100, 100 + CALLS))
    assert trace["cost_usd"] > 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_service_known_from_metrics_has_its_calls_among_the_steps(
    seen: Seen, protocol: str
) -> None:
    (step,) = [step for step in seen.steps if step["service"] == f"measured-{protocol}"]
    assert (step["source"], step["calls"], step["model"]) == ("metrics", CALLS, "gpt-4o")
    sources = {step["source"] for step in seen.steps if step["service"] == f"shop-{protocol}"}
    assert sources == {"spans"}


@pytest.mark.parametrize("signal", SENT)
def test_accounts_balance(seen: Seen, signal: str) -> None:
    account = seen.accounts[signal]
    assert account["accepted"] == account["stored"] == SENT[signal]
    assert sum(row["N"] for row in seen.rows[signal]) == SENT[signal]
    assert (account["waiting"], account["difference"]) == (0, 0)
    assert (account["rejected"], account["refused"]) == ({}, {})


@pytest.mark.parametrize("signal", SENT)
def test_the_same_accounts_are_exposed(seen: Seen, signal: str) -> None:
    line = re.compile(
        rf'^longpole_ingest_items_total{{project="default",signal="{signal}",'
        r'outcome="(\w+)",reason=""} (\d+)$',
        re.MULTILINE,
    )
    told = {outcome: int(items) for outcome, items in line.findall(seen.exposition)}
    account = seen.accounts[signal]
    assert told == {"accepted": account["accepted"], "stored": account["stored"]}
