"""Resources that name a project of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message

from longpole.core.otlp.signals import Signal
from longpole.ingest.services import REQUESTS

PROJECT = "longpole.project"
_RESOURCES = {
    Signal.TRACES: "resource_spans",
    Signal.LOGS: "resource_logs",
    Signal.METRICS: "resource_metrics",
}


def names_project(body: bytes) -> bool:
    """Whether a protobuf body may have a resource that names its project. Nearly free."""
    return PROJECT.encode() in body


def split_by_project(
    signal: Signal, request: Message, resolve: Callable[[str], str]
) -> list[tuple[str, Message | None]]:
    """A request for each project, in order of appearance; None stands for the whole, unchanged.

    A resource's attribute `longpole.project` names its project; `resolve` gives the project of
    that name, or of "" where none is named, and may raise RefusedError. `request` stays as it is.
    """
    resources = getattr(request, _RESOURCES[signal])
    by_name: dict[str, list[Any]] = {}
    for resource in resources:
        by_name.setdefault(_name(resource), []).append(resource)
    by_project: dict[str, list[Any]] = {}
    for name, members in by_name.items():
        by_project.setdefault(resolve(name), []).extend(members)
    if len(by_project) < 2:
        return [(next(iter(by_project), None) or resolve(""), None)]
    return [(project, _request(signal, members)) for project, members in by_project.items()]


def _request(signal: Signal, members: list[Any]) -> Message:
    out: Message = REQUESTS[signal](**{_RESOURCES[signal]: members})
    return out


def _name(resource: Any) -> str:  # noqa: ANN401 - untyped
    # As everywhere, the last of several attributes of one key holds; other types are no name.
    name = ""
    for attribute in resource.resource.attributes:
        if attribute.key == PROJECT:
            name = attribute.value.string_value
    return name
