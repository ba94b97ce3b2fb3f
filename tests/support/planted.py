"""Made-up secrets of every kind, and OTLP requests of each signal with a text in every place."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from longpole.core.otlp.signals import Signal

ALNUM = string.ascii_letters + string.digits
REQUESTS: dict[Signal, Any] = {
    Signal.TRACES: ExportTraceServiceRequest,
    Signal.LOGS: ExportLogsServiceRequest,
    Signal.METRICS: ExportMetricsServiceRequest,
}
Maker = Callable[[random.Random], tuple[str, str]]


def _plain(prefix: str, length: int, alphabet: str = ALNUM) -> Maker:
    def make(rng: random.Random) -> tuple[str, str]:
        hidden = "".join(rng.choices(alphabet, k=length - 1)) + "7"
        return prefix + hidden, hidden

    return make


def _jwt(rng: random.Random) -> tuple[str, str]:
    hidden = ".".join(
        "eyJ"[3 * (n == 0) : 3 * (n < 2)] + "".join(rng.choices(ALNUM + "-_", k=24))
        for n in range(3)
    )
    return f"eyJ{hidden}", hidden


def _basic(rng: random.Random) -> tuple[str, str]:
    hidden = base64.b64encode(("ann:" + "".join(rng.choices(ALNUM, k=14))).encode()).decode()
    return f"Basic {hidden}", hidden


def _private_key(rng: random.Random) -> tuple[str, str]:
    lines = ["".join(rng.choices(ALNUM + "+/", k=64)) for _ in range(4)]
    hidden = "\n".join(lines)
    return (
        f"-----BEGIN RSA PRIVATE KEY-----\n{hidden}\n-----END RSA PRIVATE KEY-----",
        hidden,
    )


def _url(rng: random.Random) -> tuple[str, str]:
    hidden = "".join(rng.choices(ALNUM + "!$%&*+", k=12)) + "7"
    return f"postgres://ann:{hidden}@db.example:5432/app", hidden


def _json(rng: random.Random) -> tuple[str, str]:
    hidden = "".join(rng.choices(ALNUM + " -_!", k=11)) + "7"
    return f'{{"user": "ann", "password": "{hidden}"}}', hidden


SECRETS: dict[str, Maker] = {
    "openai-project": _plain("sk-proj-", 48, ALNUM + "-_"),
    "openai-service": _plain("sk-svcacct-", 48, ALNUM + "-_"),
    "openai": _plain("sk-", 48),
    "anthropic": _plain("sk-ant-api03-", 93, ALNUM + "-_"),
    "openrouter": _plain("sk-or-v1-", 64, "0123456789abcdef"),
    "langfuse": _plain("sk-lf-", 36, "0123456789abcdef-"),
    "google": _plain("AIza", 35, ALNUM + "-_"),
    "aws-id": _plain("AKIA", 16, string.ascii_uppercase + "234567"),
    "aws-session-id": _plain("ASIA", 16, string.ascii_uppercase + "234567"),
    "aws-secret": _plain("aws_secret_access_key = ", 40, ALNUM + "/+"),
    "github": _plain("ghp_", 36),
    "github-oauth": _plain("gho_", 36),
    "github-server": _plain("ghs_", 36),
    "github-pat": _plain("github_pat_", 82, ALNUM + "_"),
    "gitlab": _plain("glpat-", 20, ALNUM + "-_"),
    "slack": _plain("xoxb-", 50, string.digits + "-" + ALNUM),
    "stripe": _plain("sk_live_", 24),
    "stripe-restricted": _plain("rk_live_", 24),
    "hugging-face": _plain("hf_", 34),
    "groq": _plain("gsk_", 52),
    "xai": _plain("xai-", 80),
    "perplexity": _plain("pplx-", 48),
    "npm": _plain("npm_", 36),
    "pypi": _plain("pypi-AgEIcHlwaS5vcmc", 120, ALNUM + "-_"),
    "longpole": _plain("lp_0123456789ab_", 43, ALNUM + "-_"),
    "jwt": _jwt,
    "bearer": _plain("Bearer ", 40, ALNUM + "-._~+/"),
    "basic": _basic,
    "private-key": _private_key,
    "url": _url,
    "json": _json,
}

Place = Callable[[Any, str], None]


def _nested(value: Any, text: str) -> None:  # noqa: ANN401
    inner = value.kvlist_value.values.add(key="outer").value.array_value.values.add()
    inner.kvlist_value.values.add(key="inner").value.string_value = text


def _bytes(value: Any, text: str) -> None:  # noqa: ANN401
    value.bytes_value = b"\xff\x00" + text.encode() + b"\x00\xff"


def _resource(group: Any, text: str) -> None:  # noqa: ANN401
    group.resource.attributes.add(key="note").value.string_value = text


def _value_places(item: str) -> dict[str, Place]:
    def pair(group: Any) -> Any:  # noqa: ANN401
        return _item(group, item).attributes.add(key="note")

    return {
        "resource": _resource,
        "resource schema": lambda g, t: setattr(g, "schema_url", t),
        "scope name": lambda g, t: setattr(_scope(g).scope, "name", t),
        "scope": lambda g, t: setattr(
            _scope(g).scope.attributes.add(key="note").value, "string_value", t
        ),
        "attribute": lambda g, t: setattr(pair(g).value, "string_value", t),
        "attribute key": lambda g, t: setattr(pair(g), "key", t),
        "array": lambda g, t: setattr(pair(g).value.array_value.values.add(), "string_value", t),
        "nested": lambda g, t: _nested(pair(g).value, t),
        "map key": lambda g, t: setattr(pair(g).value.kvlist_value.values.add(), "key", t),
        "bytes": lambda g, t: _bytes(pair(g).value, t),
    }


def _scope(group: Any) -> Any:  # noqa: ANN401
    name = next(f.name for f in group.DESCRIPTOR.fields if f.name.startswith("scope_"))
    scopes = getattr(group, name)
    return scopes[0] if scopes else scopes.add()


def _item(group: Any, kind: str) -> Any:  # noqa: ANN401
    scope = _scope(group)
    if kind == "span":
        return scope.spans.add(name="work", trace_id=b"\x01" * 16, span_id=b"\x02" * 8)
    if kind == "record":
        return scope.log_records.add()
    metric = scope.metrics.add(name="requests")
    return metric.sum.data_points.add(as_int=3)


PLACES: dict[Signal, dict[str, Place]] = {
    Signal.TRACES: {
        **_value_places("span"),
        "span name": lambda g, t: setattr(_item(g, "span"), "name", t),
        "trace state": lambda g, t: setattr(_item(g, "span"), "trace_state", t),
        "status": lambda g, t: setattr(_item(g, "span").status, "message", t),
        "event name": lambda g, t: setattr(_item(g, "span").events.add(), "name", t),
        "event": lambda g, t: setattr(
            _item(g, "span").events.add(name="e").attributes.add(key="k").value, "string_value", t
        ),
        "link": lambda g, t: setattr(
            _item(g, "span").links.add().attributes.add(key="k").value, "string_value", t
        ),
    },
    Signal.LOGS: {
        **_value_places("record"),
        "body": lambda g, t: setattr(_item(g, "record").body, "string_value", t),
        "body map": lambda g, t: _nested(_item(g, "record").body, t),
        "severity": lambda g, t: setattr(_item(g, "record"), "severity_text", t),
        "event name": lambda g, t: setattr(_item(g, "record"), "event_name", t),
    },
    Signal.METRICS: {
        **_value_places("point"),
        "description": lambda g, t: setattr(_scope(g).metrics.add(), "description", t),
        "metric name": lambda g, t: setattr(_scope(g).metrics.add(), "name", t),
        "gauge": lambda g, t: setattr(
            _scope(g).metrics.add().gauge.data_points.add().attributes.add(key="k").value,
            "string_value",
            t,
        ),
        "histogram": lambda g, t: setattr(
            _scope(g).metrics.add().histogram.data_points.add().attributes.add(key="k").value,
            "string_value",
            t,
        ),
        "exemplar": lambda g, t: setattr(
            _item(g, "point").exemplars.add().filtered_attributes.add(key="k").value,
            "string_value",
            t,
        ),
    },
}


def request_with(signal: Signal, place: str, text: str) -> Any:  # noqa: ANN401
    """A request with `text` in one place, and plain items beside it."""
    request = REQUESTS[signal]()
    groups = getattr(request, request.DESCRIPTOR.fields[0].name)
    for number in range(2):
        group = groups.add()
        group.resource.attributes.add(key="service.name").value.string_value = f"shop-{number}"
        PLACES[signal]["attribute"](group, "an ordinary text")
        PLACES[signal]["attribute"](group, "another")
    PLACES[signal][place](groups[1], text)
    return request


def trace_with(**attributes: Any) -> ExportTraceServiceRequest:  # noqa: ANN401
    """One span with the given attributes; `__` in a name is a dot."""
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add(name="work")
    for name, value in attributes.items():
        target = span.attributes.add(key=name.replace("__", ".")).value
        kind = {str: "string", bool: "bool", int: "int", float: "double", bytes: "bytes"}
        setattr(target, kind[type(value)] + "_value", value)
    return request


def attributes_of(request: ExportTraceServiceRequest) -> dict[str, Any]:
    """The attributes of the first span."""
    pairs = request.resource_spans[0].scope_spans[0].spans[0].attributes
    return {pair.key: getattr(pair.value, pair.value.WhichOneof("value")) for pair in pairs}
