"""Traces in files that are not OTLP: Jaeger's JSON and lists of spans."""

from longpole.cli.spanfiles.reading import read_file_spans, read_span_file
from longpole.cli.spanfiles.table import SpanTable

__all__ = ["SpanTable", "read_file_spans", "read_span_file"]
