"""Requests of all signals whose items can be told apart, and what the store has of them."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from longpole.core.otlp.signals import Signal
from longpole.core.store import Store

START_NS = 1_790_000_000_000_000_000
STORED = {
    Signal.TRACES: "SELECT SpanAttributes['number'] AS number FROM otel_traces",
    Signal.LOGS: "SELECT LogAttributes['number'] AS number FROM otel_logs",
    Signal.METRICS: "SELECT Attributes['number'] AS number FROM otel_metrics_sum",
}


@dataclass
class Sent:
    """Numbers of items by what is known of them: answered with success, or sent at all."""

    answered: dict[Signal, set[int]] = field(
        default_factory=lambda: {signal: set() for signal in Signal}
    )
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def next_body(self, signal: Signal, items: int) -> tuple[bytes, range]:
        """A body of new items and their numbers."""
        first = next(self.numbers)
        numbers = range(first, first + items)
        for _ in range(items - 1):
            next(self.numbers)
        return BODIES[signal](numbers), numbers


def traces(numbers: range) -> bytes:
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for number in numbers:
        span = scope.spans.add(
            trace_id=(number // 5 + 1).to_bytes(16, "big"), span_id=(number + 1).to_bytes(8, "big"),
            name="step", start_time_unix_nano=START_NS + number,
            end_time_unix_nano=START_NS + number + 1000,
        )  # fmt: skip
        span.attributes.add(key="number").value.string_value = str(number)
    return bytes(request.SerializeToString())


def logs(numbers: range) -> bytes:
    request = ExportLogsServiceRequest()
    scope = request.resource_logs.add().scope_logs.add()
    for number in numbers:
        record = scope.log_records.add(time_unix_nano=START_NS + number)
        record.attributes.add(key="number").value.string_value = str(number)
    return bytes(request.SerializeToString())


def metrics(numbers: range) -> bytes:
    request = ExportMetricsServiceRequest()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name="calls")
    for number in numbers:
        point = metric.sum.data_points.add(time_unix_nano=START_NS + number, as_int=1)
        point.attributes.add(key="number").value.string_value = str(number)
    return bytes(request.SerializeToString())


BODIES = {Signal.TRACES: traces, Signal.LOGS: logs, Signal.METRICS: metrics}


def stored(store: Store, signal: Signal) -> Counter[int]:
    """How often each number is in the raw table."""
    return Counter(int(number) for number in store.frame(STORED[signal])["number"].to_list())


def assert_exactly_once(store: Store, sent: Sent) -> None:
    """Everything that was answered is there, and nothing is there twice."""
    for signal in Signal:
        found = stored(store, signal)
        missing = sent.answered[signal] - found.keys()
        assert not missing, f"{len(missing)} answered {signal.item} are lost: {sorted(missing)[:5]}"
        doubled = [number for number, count in found.items() if count > 1]
        assert not doubled, f"{len(doubled)} {signal.item} are stored twice: {sorted(doubled)[:5]}"


def assert_accounts_balance(store: Store) -> None:
    """accepted = stored + rejected + waiting for each project and signal, and `stored` is true."""
    rows = store.rows(
        "SELECT Project, Signal, Outcome, sum(Items) AS items FROM ingest_ledger FINAL "
        "GROUP BY Project, Signal, Outcome"
    )
    ledger: dict[tuple[str, str], Counter[str]] = {}
    ever_stored: Counter[str] = Counter()
    for row in rows:
        line = ledger.setdefault((row["Project"], row["Signal"]), Counter())
        line[row["Outcome"]] += row["items"]
        ever_stored[row["Signal"]] += row["items"] if row["Outcome"] == "stored" else 0
    for what in ledger.values():
        assert what["accepted"] == what["stored"] + what["rejected"] + what["waiting"], what
    for signal in Signal:
        assert ever_stored[signal] == stored(store, signal).total(), signal
