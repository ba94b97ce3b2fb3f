"""Jaeger's JSON: what its query service answers and its UI exports. Times are microseconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from longpole.cli.spanfiles.spans import (
    CHILD_OF,
    FOLLOWS_FROM,
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

# What tells one clock from another; a service's name does not.
HOST_TAGS = (
    "host.name", "hostname", "host.id", "k8s.pod.name", "ip", "service.instance.id", "client-uuid",
)  # fmt: skip
KIND_TAGS = ("openinference.span.kind", "gen_ai.operation.name", "traceloop.span.kind")
MODEL_OPERATIONS = ("chat", "text_completion", "generate_content")


class _Process(NamedTuple):
    service: str
    host: str


def of_jaeger(traces: object, where: str) -> Iterator[FileSpan]:
    """The spans of a list of traces: objects with `traceID`, `spans` and `processes`."""
    for number, item in enumerate(as_list(traces, where), start=1):
        place = f"{where}: trace {number}"
        trace = as_object(item, place)
        processes = _processes(trace.get("processes"), place)
        name = as_id(trace.get("traceID") or number, f"{place}: traceID")
        for at, span in enumerate(as_list(trace.get("spans"), f"{place}: spans"), start=1):
            yield _span(as_object(span, f"{place}: span {at}"), f"{place}: span {at}", name,
                        processes)  # fmt: skip


def _processes(given: object, where: str) -> dict[str, _Process]:
    found = {}
    for name, one in as_object(given or {}, f"{where}: processes").items():
        process = as_object(one, f"{where}: process {name}")
        tags = _tags(process.get("tags"), f"{where}: tags of process {name}")
        host = next((as_text(tags[tag]) for tag in HOST_TAGS if tags.get(tag)), "")
        found[name] = _Process(as_text(process.get("serviceName")), host)
    return found


def _tags(given: object, where: str) -> dict[str, Any]:
    tags = (as_object(tag, where) for tag in as_list(given, where))
    return {as_text(tag.get("key")): tag.get("value") for tag in tags}


def _span(span: Json, where: str, trace: Id, processes: dict[str, _Process]) -> FileSpan:
    own = as_id(span.get("spanID"), f"{where}: spanID")
    named = f"{where} ({shown(own)})"
    trace = as_id(span.get("traceID") or trace, f"{named}: traceID")
    tags = _tags(span.get("tags"), f"{named}: tags")
    inline = span.get("process")
    if inline:
        process = _processes({"": inline}, named)[""]
    else:
        process = processes.get(as_text(span.get("processID")), _Process("", ""))
    parent, reference, links = _references(span, trace, named)
    return FileSpan(
        trace=trace,
        id=own,
        parent=parent,
        start=as_integer(span.get("startTime"), f"{named}: startTime"),
        duration=as_duration(span.get("duration"), f"{named}: duration"),
        span_kind=kinds(tags.get("span.kind"))[0],
        kind=_kind(tags),
        operation=as_text(span.get("operationName")),
        service=process.service,
        host=process.host,
        reference=reference,
        links=links,
        attributes=tags,
    )


def _references(span: Json, trace: Id, where: str) -> tuple[Id | None, str, tuple[Id, ...]]:
    """The parent (the first CHILD_OF of the same trace, else FOLLOWS_FROM) and what else is named.

    A reference without a trace id is to the same trace.
    """
    found: dict[str, list[Id]] = {CHILD_OF: [], FOLLOWS_FROM: []}
    for item in as_list(span.get("references"), f"{where}: references"):
        one = as_object(item, f"{where}: a reference")
        kind = as_reference(one.get("refType"), f"{where}: refType")
        if one.get("spanID") and (one.get("traceID") or trace) == trace:
            found[kind].append(as_id(one["spanID"], f"{where}: spanID of a reference"))
    if span.get("parentSpanID") and not found[CHILD_OF]:
        found[CHILD_OF].append(as_id(span["parentSpanID"], f"{where}: parentSpanID"))
    for kind in (CHILD_OF, FOLLOWS_FROM):
        if found[kind]:
            others = (*found[CHILD_OF], *found[FOLLOWS_FROM])
            parent = found[kind][0]
            return parent, kind, tuple(dict.fromkeys(i for i in others if i != parent))
    return None, CHILD_OF, ()


def _kind(tags: dict[str, Any]) -> str:
    named = next((as_text(tags[tag]).lower() for tag in KIND_TAGS if tags.get(tag)), "")
    if named in MODEL_OPERATIONS:
        return "llm"
    return {"execute_tool": "tool", "invoke_agent": "agent", "embeddings": "embedding"}.get(
        named, named
    )
