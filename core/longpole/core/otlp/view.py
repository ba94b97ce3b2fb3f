"""The tables and views by which ClickHouse itself turns OTLP protobuf into rows.

Rows of the Null tables are ResourceSpans, ResourceLogs and ResourceMetrics messages; the views
flatten them into otel_traces, otel_logs and otel_metrics_*.
"""

from __future__ import annotations

from longpole.core.otlp.inputs import input_table
from longpole.core.otlp.logs import logs_select
from longpole.core.otlp.metrics import KINDS, points_select
from longpole.core.otlp.signals import Signal
from longpole.core.otlp.traces import spans_select
from longpole.core.otlp.types import COLUMNS
from longpole.core.store import Generated


def decode_views() -> list[Generated]:
    """The input table of each signal and the views on it."""
    traces, logs, metrics = map(input_table, (Signal.TRACES, Signal.LOGS, Signal.METRICS))
    return [
        *(_input(signal) for signal in Signal),
        _view(f"{traces}_mv", "otel_traces", spans_select(traces)),
        _view(f"{logs}_mv", "otel_logs", logs_select(logs)),
        *(
            _view(f"{metrics}_{kind.member}_mv", kind.table, points_select(kind, metrics))
            for kind in KINDS
        ),
    ]


def _input(signal: Signal) -> Generated:
    name = input_table(signal)
    return Generated(name, f"CREATE OR REPLACE TABLE {name} ({COLUMNS[signal]}) ENGINE = Null")


def _view(name: str, target: str, select: str) -> Generated:
    return Generated(name, f"CREATE MATERIALIZED VIEW {name} TO {target} AS\n{select}")
