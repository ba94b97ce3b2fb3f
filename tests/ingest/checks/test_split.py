"""Resources that name a project of their own."""

from __future__ import annotations

from typing import Any

import pytest
from otlp_requests import request_with, span

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.ingest.checks import names_project, split_by_project, take_each
from longpole.ingest.errors import RefusedError, TooLargeError
from longpole.ingest.services import REQUESTS

SETTINGS = IngestSettings()


def traces_of(*projects: str | None) -> Any:  # noqa: ANN401
    """A resource with one span for each project."""
    request = REQUESTS[Signal.TRACES]()
    for number, project in enumerate(projects, 1):
        resource = request_with([span(number)]).resource_spans[0]
        if project is not None:
            attribute = resource.resource.attributes.add(key="longpole.project")
            attribute.value.string_value = project
        request.resource_spans.append(resource)
    return request


def project_of(name: str) -> str:
    if name == "forbidden":
        raise RefusedError("the key may not write to project 'forbidden'")
    return {"": "default", "alias": "a"}.get(name, name)


def split(request: Any, signal: Signal = Signal.TRACES) -> list[tuple[str, int | None]]:  # noqa: ANN401
    parts: list[tuple[str, Any]] = split_by_project(signal, request, project_of)
    return [(name, part and len(part.resource_spans)) for name, part in parts]


def test_one_project_is_the_whole_unchanged() -> None:
    assert split(traces_of(None, None)) == [("default", None)]
    assert split(traces_of("a", "alias")) == [("a", None)]
    assert split(traces_of()) == [("default", None)]


def test_several_projects_in_order_of_appearance() -> None:
    assert split(traces_of("b", None, "a", "b", "alias")) == [("b", 2), ("default", 1), ("a", 2)]


@pytest.mark.parametrize("signal", Signal)
def test_every_signal(signal: Signal) -> None:
    request = REQUESTS[signal]()
    resources = getattr(request, request.DESCRIPTOR.fields[0].name)
    resources.add().resource.attributes.add(key="longpole.project").value.string_value = "a"
    resources.add().schema_url = "x"
    parts = split_by_project(signal, request, project_of)
    assert [name for name, _ in parts] == ["a", "default"]
    joined = b"".join(part.SerializeToString() for _, part in parts if part is not None)
    assert joined == request.SerializeToString()


def test_bodies_without_the_attribute_are_not_parsed() -> None:
    plain = traces_of(None).SerializeToString()
    assert not names_project(plain) and names_project(traces_of("a").SerializeToString())
    ((project, checked),) = take_each(Signal.TRACES, plain, False, SETTINGS, project_of)
    assert (project, checked.body, checked.changed) == ("default", plain, False)


def test_each_part_is_checked_and_counted() -> None:
    request = traces_of("a", None, "a")
    request.resource_spans[2].scope_spans[0].spans[0].span_id = b"bad"
    body = request.SerializeToString()
    parts = take_each(Signal.TRACES, body, False, SETTINGS, project_of)
    counts = [(name, part.accepted, part.rejected_items) for name, part in parts]
    assert counts == [("a", 1, 1), ("default", 1, 0)]
    assert [part.changed for _, part in parts] == [True, True]


def test_the_limit_of_items_holds_for_the_whole() -> None:
    body = traces_of("a", "b", "c").SerializeToString()
    with pytest.raises(TooLargeError, match="3 spans, more than 2"):
        take_each(Signal.TRACES, body, False, IngestSettings(max_items=2), project_of)


def test_a_project_that_is_not_allowed_refuses_the_request() -> None:
    body = traces_of(None, "forbidden").SerializeToString()
    with pytest.raises(RefusedError, match="may not write"):
        take_each(Signal.TRACES, body, False, SETTINGS, project_of)


def test_a_text_elsewhere_that_looks_like_the_attribute_changes_nothing() -> None:
    body = request_with([span(name="longpole.project")]).SerializeToString()
    ((project, checked),) = take_each(Signal.TRACES, body, False, SETTINGS, project_of)
    assert (project, checked.body, checked.changed) == ("default", body, False)
