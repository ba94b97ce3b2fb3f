"""OTLP as ClickHouse reads it: framing, message schema, the decoding view."""

from longpole.core.otlp.framing import frame_resource_spans
from longpole.core.otlp.nested import render_value
from longpole.core.otlp.view import INPUT_FORMAT, INPUT_TABLE, decode_views, input_settings

__all__ = [
    "INPUT_FORMAT",
    "INPUT_TABLE",
    "decode_views",
    "frame_resource_spans",
    "input_settings",
    "render_value",
]
