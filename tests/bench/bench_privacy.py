"""CPU time a span of redaction and limits, and as a ratio to parsing the body.

python tests/bench/bench_privacy.py [--spans 25000]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings, PrivacySettings
from longpole.ingest.privacy import Limiter, Redactor

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from agent_load import make_load

BODY_SPANS = 250
SECRET = "use sk-proj-0123456789abcdefghijklmn for it"
MESSAGES = json.dumps(
    [{"role": "user", "parts": [{"type": "text", "content": "hello " * 20}]} for _ in range(4)]
)
Edit = Callable[[list[Any]], None]


def main() -> None:
    options = _options()
    bodies = make_load(options.spans, BODY_SPANS, time.time_ns()).bodies
    on, off = PrivacySettings(), PrivacySettings(content="off")
    figures = {
        "no_match": _measure(Redactor(on), bodies, lambda spans: None),
        "key_name_in_prose": _measure(Redactor(on), bodies, _in_one("I forgot my password")),
        "one_secret_a_body": _measure(Redactor(on), bodies, _in_one(SECRET)),
        "same_secret_in_every_span": _measure(Redactor(on), bodies, _in_all("note", SECRET)),
        "other_secret_in_every_span": _measure(Redactor(on), bodies, _others),
        "content_off_every_span": _measure(
            Redactor(off), bodies, _in_all("gen_ai.input.messages", "hello " * 20)
        ),
        "content_off_hashed_every_span": _measure(
            Redactor(off, b"k" * 32), bodies, _in_all("gen_ai.input.messages", MESSAGES)
        ),
        "limits": _measure(Limiter(IngestSettings()), bodies, lambda spans: None),
    }
    print(json.dumps({"bench": "privacy", "spans": options.spans, **figures}))


def _measure(rule: Redactor | Limiter, plain: list[bytes], edit: Edit) -> dict[str, float]:
    bodies = [_edited(body, edit) for body in plain]
    parse_s = apply_s = float("inf")
    for _ in range(3):
        began = time.process_time()
        requests = [ExportTraceServiceRequest.FromString(body) for body in bodies]
        parsed = time.process_time()
        for request, body in zip(requests, bodies, strict=True):
            rule.apply(Signal.TRACES, request, body)
        parse_s = min(parse_s, parsed - began)
        apply_s = min(apply_s, time.process_time() - parsed)
    spans = BODY_SPANS * len(bodies)
    return {
        "us_a_span": round(apply_s / spans * 1e6, 2),
        "ratio_to_parsing": round(apply_s / parse_s, 2),
    }


def _edited(body: bytes, edit: Edit) -> bytes:
    request = ExportTraceServiceRequest.FromString(body)
    edit([span for group in request.resource_spans for span in group.scope_spans[0].spans])
    edited: bytes = request.SerializeToString()
    return edited


def _in_one(text: str) -> Edit:
    return lambda spans: _in_all("note", text)(spans[3:4])


def _others(spans: list[Any]) -> None:
    for number, span in enumerate(spans):
        span.attributes.add(key="note").value.string_value = f"{number} {SECRET}"


def _in_all(key: str, text: str) -> Edit:
    def edit(spans: list[Any]) -> None:
        for span in spans:
            span.attributes.add(key=key).value.string_value = text

    return edit


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spans", type=int, default=25_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
