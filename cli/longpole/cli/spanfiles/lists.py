"""Lists of spans: `{"spans": [...]}`, `{"traces": [...]}` or the bare list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from longpole.cli.spanfiles.spans import (
    FileSpan,
    Id,
    Json,
    as_duration,
    as_id,
    as_integer,
    as_list,
    as_object,
    as_reference,
    as_text,
    kinds,
    shown,
)
from longpole.core.errors import InputError

OTHER_NAMES = {"id": ("span_id", "spanId"), "parent": ("parent_id", "parentId", "parent_span_id")}
NO_TRACE = ""


def of_spans(listed: object, where: str, trace: Id = NO_TRACE) -> Iterator[FileSpan]:
    """The spans of one list; `trace` is theirs unless they name one."""
    for number, item in enumerate(as_list(listed, where), start=1):
        place = f"{where}: span {number}"
        yield _span(as_object(item, place), place, trace)


def of_traces(listed: object, where: str) -> Iterator[FileSpan]:
    """The spans of a list of traces, each an object with `spans` or itself a list of spans.

    A trace without a name (`trace`, `id`, `trace_id` or `traceID`) is called by its place, from 1.
    """
    for number, item in enumerate(as_list(listed, where), start=1):
        place = f"{where}: trace {number}"
        if isinstance(item, list):
            yield from of_spans(item, place, number)
            continue
        one = as_object(item, place)
        if "spans" not in one:
            raise InputError(f"{place} has no spans; expected {{'spans': [...]}}")
        names = (one.get(name) for name in ("trace", "id", "trace_id", "traceID"))
        name = next((name for name in names if name not in (None, "")), number)
        yield from of_spans(one["spans"], place, as_id(name, f"{place}: its id"))


def _span(span: Json, where: str, trace: Id) -> FileSpan:
    own = as_id(_get(span, "id"), f"{where}: id")
    named = f"{where} ({shown(own)})"
    parent = _get(span, "parent")
    start = as_integer(span.get("start"), f"{named}: start")
    span_kind, kind = kinds(span.get("kind"))
    token = span.get("first_token")
    return FileSpan(
        trace=as_id(span["trace"], f"{named}: trace") if span.get("trace") else trace,
        id=own,
        parent=None if parent in (None, "") else as_id(parent, f"{named}: parent"),
        start=start,
        duration=_duration(span, start, named),
        span_kind=span_kind,
        kind=kind,
        operation=as_text(span.get("operation", span.get("name"))),
        service=as_text(span.get("service")),
        host=as_text(span.get("host", span.get("process"))),
        reference=as_reference(span.get("ref"), f"{named}: ref"),
        links=tuple(_link(link, named) for link in as_list(span.get("links"), f"{named}: links")),
        first_token=None if token is None else as_integer(token, f"{named}: first_token"),
    )


def _get(span: Json, name: str) -> Any:  # noqa: ANN401 - any JSON value
    given = span.get(name)
    if given is not None:
        return given
    return next((span[other] for other in OTHER_NAMES[name] if span.get(other) is not None), None)


def _duration(span: Json, start: int, where: str) -> int:
    if span.get("duration") is None and span.get("end") is not None:
        end = as_integer(span["end"], f"{where}: end")
        if end < start:
            raise InputError(f"{where}: end is {end}, before start {start}; check the order")
        return end - start
    return as_duration(span.get("duration"), f"{where}: duration")


def _link(link: object, where: str) -> Id:
    if isinstance(link, dict):
        link = next((link[name] for name in ("span", "id", "spanID") if name in link), None)
    return as_id(link, f"{where}: a link")
