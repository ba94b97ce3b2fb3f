"""Where and how the frames of each signal are inserted."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from longpole.core.otlp.signals import Signal

INPUT_FORMAT = "Protobuf"
_TABLES = {
    Signal.TRACES: "otlp_in",
    Signal.LOGS: "otlp_logs_in",
    Signal.METRICS: "otlp_metrics_in",
}
_MESSAGES = {
    Signal.TRACES: "ResourceSpans",
    Signal.LOGS: "ResourceLogs",
    Signal.METRICS: "ResourceMetrics",
}


def input_table(signal: Signal) -> str:
    """The table that takes the frames of a signal; its views fill those that keep rows."""
    return _TABLES[signal]


def input_settings(signal: Signal, embedded: bool) -> dict[str, object]:
    """Settings of an INSERT of frames into the input table of a signal."""
    # A server has no file of ours, so the schema travels with the statement. The embedded engine
    # would write such a schema into the working directory, and reads the packaged file instead.
    message = _MESSAGES[signal]
    schema: dict[str, object] = (
        {"format_schema": f"{_proto_file(signal)}:{message}"}
        if embedded
        else {
            "format_schema_source": "string",
            "format_schema": _proto_file(signal).read_text("utf-8"),
            "format_schema_message_name": message,
        }
    )
    return {
        **schema,
        "input_format_protobuf_oneof_presence": 1,
        "output_format_json_escape_forward_slashes": 0,
        # NaN and infinity inside a list: as text, since JSON has no such numbers.
        "output_format_json_quote_denormals": 1,
        # Lazy branches would filter every captured column; eager ones are twice as fast here.
        "short_circuit_function_evaluation": "disable",
        # Compiling and rearranging the views on otel_traces anew costs each insert more than it
        # saves; settings written into a view do not reach its own run inside an insert.
        "compile_expressions": 0,
        "query_plan_enable_optimizations": 0,
    }


def _proto_file(signal: Signal) -> Path:
    return Path(str(files("longpole.core").joinpath("otlp", f"{signal}.proto")))
