"""OTLP as ClickHouse reads it: framing, message schema, the decoding view."""

from longpole.core.otlp.framing import END_BEFORE_START, frame_resource_spans
from longpole.core.otlp.nested import render_value
from longpole.core.otlp.view import INPUT_FORMAT, INPUT_TABLE, decode_views, input_settings

__all__ = [
    "END_BEFORE_START",
    "INPUT_FORMAT",
    "INPUT_TABLE",
    "decode_views",
    "frame_resource_spans",
    "input_settings",
    "render_value",
]
