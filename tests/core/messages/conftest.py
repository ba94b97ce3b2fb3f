"""Spans of real captures, read in plain Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from longpole.core.messages import Conversation, Event, read_messages

CAPTURES = Path(__file__).resolve().parents[2] / "data" / "captures"
Said = list[tuple[str, Conversation]]


@pytest.fixture
def said() -> Callable[[str], Said]:
    """Names of a capture's spans with what was said in them, in the order they were sent."""
    return lambda capture: list(_spans(CAPTURES / capture))


def _spans(folder: Path) -> Iterator[tuple[str, Conversation]]:
    for path in sorted(folder.glob("traces*.pb")):
        request = ExportTraceServiceRequest.FromString(path.read_bytes())
        for resource in MessageToDict(request)["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    events = [Event(e["name"], _map(e)) for e in span.get("events", [])]
                    yield span["name"], read_messages(_map(span), events)


def _map(place: dict[str, Any]) -> dict[str, str]:
    return {one["key"]: _text(_value(one["value"])) for one in place.get("attributes", [])}


def _text(value: Any) -> str:  # noqa: ANN401 - any attribute
    return value if isinstance(value, str) else json.dumps(value)


def _value(value: dict[str, Any]) -> Any:  # noqa: ANN401
    kind, plain = next(iter(value.items())) if value else ("", {})
    if kind == "arrayValue":
        return [_value(one) for one in plain.get("values", [])]
    if kind == "kvlistValue":
        return {one["key"]: _value(one["value"]) for one in plain.get("values", [])}
    return plain
