"""OTLP as ClickHouse reads it: framing, message schema, the decoding views."""

from longpole.core.otlp.framing import (
    DEFAULT_PROJECT,
    END_BEFORE_START,
    frame_request,
    rewrite,
    unframe,
)
from longpole.core.otlp.inputs import INPUT_FORMAT, input_settings, input_table
from longpole.core.otlp.nested import render_value
from longpole.core.otlp.signals import Signal
from longpole.core.otlp.view import decode_views

__all__ = [
    "DEFAULT_PROJECT",
    "END_BEFORE_START",
    "INPUT_FORMAT",
    "Signal",
    "decode_views",
    "frame_request",
    "input_settings",
    "input_table",
    "render_value",
    "rewrite",
    "unframe",
]
