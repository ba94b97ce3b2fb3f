"""OTLP/JSON documents of requests, in any of the spellings that senders use."""

from __future__ import annotations

import base64
import random
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import Message

from longpole.core.otlp.signals import Signal
from longpole.ingest.services import REQUESTS

HEX_IDS = {"traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id"}


def document_of(rng: random.Random, request: Message) -> dict[str, Any]:
    """A valid document that means `request`."""
    plain = MessageToDict(
        request,
        preserving_proto_field_name=rng.random() < 0.3,
        use_integers_for_enums=rng.random() < 0.5,
    )
    out: dict[str, Any] = _spelled(rng, plain, "")
    return out


def read_by_json_format(signal: Signal, document: dict[str, Any]) -> Message:
    """What protobuf's own reader makes of it, ids apart, which it wants in base64."""
    request: Message = ParseDict(
        _with_base64_ids(document), REQUESTS[signal](), ignore_unknown_fields=True
    )
    return request


def _spelled(rng: random.Random, value: Any, key: str) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_spelled(rng, item, key) for item in value]
    if isinstance(value, dict):
        return _spelled_object(rng, value)
    if key in HEX_IDS:
        text = base64.b64decode(value).hex()
        return text.upper() if rng.random() < 0.5 else text
    if key.lower().replace("_", "") == "bytesvalue" and rng.random() < 0.5:
        return value.replace("+", "-").replace("/", "_").rstrip("=")
    numeric = isinstance(value, str) and value.removeprefix("-").isdigit() and value.isascii()
    if numeric and key not in TEXTS and rng.random() < 0.5:
        return int(value)
    return value


def _spelled_object(rng: random.Random, value: dict[str, Any]) -> dict[str, Any]:
    items = [(key, _spelled(rng, item, key)) for key, item in value.items()]
    if rng.random() < 0.2:
        items.append(("notYetKnown", rng.choice([None, 1, "x", {"a": [1]}, []])))
    if rng.random() < 0.2 and not {"attributes", "filteredAttributes"} & value.keys():
        items.append(("attributes", None))
    rng.shuffle(items)
    return dict(items)


TEXTS = {"stringValue", "string_value", "name", "key", "unit", "description", "version"}


def _with_base64_ids(value: Any, key: str = "") -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_with_base64_ids(item, key) for item in value]
    if isinstance(value, dict):
        return {name: _with_base64_ids(item, name) for name, item in value.items()}
    if key in HEX_IDS and isinstance(value, str):
        return base64.b64encode(bytes.fromhex(value)).decode()
    return value
