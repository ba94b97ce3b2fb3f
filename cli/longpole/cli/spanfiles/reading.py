"""Which format a JSON file has that is not OTLP, and its spans."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longpole.cli.offline.files import SIGNS
from longpole.cli.spanfiles.jaeger import of_jaeger
from longpole.cli.spanfiles.lists import NO_TRACE, of_spans, of_traces
from longpole.cli.spanfiles.spans import FileSpan, shown
from longpole.cli.spanfiles.table import SpanTable, span_table
from longpole.core.errors import InputError

JAEGER_UNIT_NS = 1_000
LIST_UNIT_NS = 1
EXPECTED = (
    'OTLP (resourceSpans), Jaeger JSON ({"data": [...]}) or a list of spans ({"spans": [...]})'
)


@dataclass(frozen=True)
class SpanFile:
    """The spans of a file, with times that are multiples of `unit_ns` nanoseconds."""

    spans: list[FileSpan]
    unit_ns: int


def read_span_file(file: Path) -> SpanTable | None:
    """The table of a Jaeger file or a list of spans; none when the file is OTLP.

    Raises InputError naming what is wrong and where.
    """
    read = read_file_spans(file)
    return None if read is None else span_table(read.spans, read.unit_ns, str(file))


def read_file_spans(file: Path) -> SpanFile | None:
    """The same as spans, one by one."""
    if file.suffix in (".pb", ".jsonl"):
        return None
    content = _content(file)
    if isinstance(content, dict) and any(key in content for key in _otlp_keys()):
        return None
    return spans_of(content, str(file))


def of_content(content: object, where: str) -> SpanTable:
    """The table of what a Jaeger file or a list of spans holds."""
    read = spans_of(content, where)
    return span_table(read.spans, read.unit_ns, where)


def spans_of(content: object, where: str) -> SpanFile:
    """The spans of what a Jaeger file or a list of spans holds."""
    jaeger = _jaeger_traces(content)
    if jaeger is not None:
        return SpanFile(list(of_jaeger(jaeger, where)), JAEGER_UNIT_NS)
    if isinstance(content, list):
        return SpanFile(list(_of_list(content, where)), LIST_UNIT_NS)
    if isinstance(content, dict) and "traces" in content:
        return SpanFile(list(of_traces(content["traces"], where)), LIST_UNIT_NS)
    if isinstance(content, dict) and "spans" in content:
        trace = content.get("trace") or NO_TRACE
        return SpanFile(list(of_spans(content["spans"], where, trace)), LIST_UNIT_NS)
    kind = "an object with none of these" if isinstance(content, dict) else shown(content)
    raise InputError(f"{where} holds {kind}; expected {EXPECTED}")


def _content(file: Path) -> Any:  # noqa: ANN401 - any JSON value
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from None
    if not raw.strip():
        raise InputError(f"{file} is empty; expected {EXPECTED}")
    try:
        return json.loads(raw)
    except RecursionError:
        raise InputError(
            f"{file} is nested too deeply to be a trace; expected {EXPECTED}"
        ) from None
    except ValueError as error:
        raise InputError(f"{file} is not JSON: {str(error)[:100]}; expected {EXPECTED}") from None


def _otlp_keys() -> tuple[str, ...]:
    return (*SIGNS, "resource_spans", "resource_logs")


def _jaeger_traces(content: object) -> list[Any] | None:
    """The traces of a Jaeger file: an answer with `data`, one trace, or a list of traces."""
    if isinstance(content, dict) and isinstance(content.get("data"), list):
        return list(content["data"])
    traces = content if isinstance(content, list) else [content]
    return traces if traces and _is_jaeger_trace(traces[0]) else None


def _is_jaeger_trace(trace: object) -> bool:
    if not isinstance(trace, dict):
        return False
    spans = trace.get("spans")
    first = spans[0] if isinstance(spans, list) and spans else None
    return "processes" in trace or (isinstance(first, dict) and "spanID" in first)


def _of_list(content: list[Any], where: str) -> Iterator[FileSpan]:
    first = content[0] if content else None
    is_traces = isinstance(first, list) or (isinstance(first, dict) and "spans" in first)
    return of_traces(content, where) if is_traces else of_spans(content, where)
