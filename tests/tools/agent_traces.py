"""Turns agent runs kept in other formats into OTLP request bodies, one a file.

Formats: any_agent (OpenTelemetry spans as JSON), smoltrace (the same with hexadecimal ids),
Langfuse observations, and inspect_ai evaluation logs, where a sample becomes a trace.

    python tests/tools/agent_traces.py FOLDER OUT    writes OUT/<folder>-<file>.pb
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

Json = Mapping[str, Any]
FAILED = Status.STATUS_CODE_ERROR
KINDS = {"server": Span.SPAN_KIND_SERVER, "client": Span.SPAN_KIND_CLIENT}


@dataclass
class ReadSpan:
    """What every format says about a span. Times in nanoseconds since 1970."""

    trace: bytes
    id: bytes
    parent: bytes
    name: str
    start_ns: int
    end_ns: int
    attributes: dict[str, Any]
    kind: str = "internal"
    error: str | None = None
    resource: dict[str, Any] = field(default_factory=dict)
    scope: tuple[str, str] = ("", "")


def convert(file: Path) -> ExportTraceServiceRequest:
    """The request body for one file; its folder's name says the format."""
    content = json.loads(file.read_text("utf-8"))
    return request(READERS[file.parent.name](content))


def files(folder: Path) -> list[Path]:
    """Every file below a folder that can be converted."""
    return sorted(path for path in folder.glob("*/*.json") if path.parent.name in READERS)


def any_agent(content: Json) -> Iterator[ReadSpan]:
    """Ids are integers."""
    for span in content["spans"]:
        own, parent = span["context"], span["parent"]
        failed = span["status"]["status_code"] == "error"
        yield ReadSpan(
            own["trace_id"].to_bytes(16), own["span_id"].to_bytes(8),
            parent["span_id"].to_bytes(8) if parent and parent["span_id"] else b"",
            span["name"], span["start_time"], span["end_time"], span["attributes"], span["kind"],
            (span["status"]["description"] or "failed") if failed else None,
            span["resource"]["attributes"],
        )  # fmt: skip


def smoltrace(content: list[Json]) -> Iterator[ReadSpan]:
    """Ids are hexadecimal with `0x`."""
    for span in (span for trace in content for span in trace["spans"]):
        failed = span["status"]["code"] == "ERROR"
        yield ReadSpan(
            identifier(span["trace_id"], 16), identifier(span["span_id"], 8),
            identifier(span["parent_span_id"], 8),
            span["name"], span["start_time"], span["end_time"], span["attributes"],
            span["kind"].lower(), (span["status"]["description"] or "failed") if failed else None,
            span["resource"]["attributes"], ("smolagents", ""),
        )  # fmt: skip


def langfuse(content: Json) -> Iterator[ReadSpan]:
    """Observations; where one keeps the attributes it was sent with, those are used."""
    trace = content["trace"]
    for seen in content["observations"]:
        kept = json.loads(seen["metadata"] or "{}")
        attributes = dict(kept.get("attributes") or _observation(seen))
        for name, value in (("session.id", trace["sessionId"]), ("user.id", trace["userId"])):
            if value:
                attributes.setdefault(name, value)
        scope = kept.get("scope") or {}
        yield ReadSpan(
            identifier(seen["traceId"], 16), identifier(seen["id"], 8),
            identifier(seen["parentObservationId"], 8),
            seen["name"], nanoseconds(seen["startTime"]),
            nanoseconds(seen["endTime"] or seen["startTime"]), attributes,
            error=(seen["statusMessage"] or "failed") if seen["level"] == "ERROR" else None,
            resource=kept.get("resourceAttributes") or {},
            scope=(scope.get("name", ""), scope.get("version", "")),
        )  # fmt: skip


def _observation(seen: Json) -> dict[str, Any]:
    """As the Langfuse SDK would have written it."""
    facts = {
        "type": seen["type"].lower(),
        "model.name": seen["model"],
        "usage_details": json.dumps(seen["usageDetails"]) if seen["usageDetails"] else None,
        "cost_details": json.dumps(seen["costDetails"]) if seen["costDetails"] else None,
        "completion_start_time": json.dumps(seen["completionStartTime"])
        if seen["completionStartTime"]
        else None,
    }
    return {f"langfuse.observation.{name}": value for name, value in facts.items() if value}


def inspect_ai(content: Json) -> Iterator[ReadSpan]:
    """A sample is a trace: its spans, and a span for each model call."""
    task = content["eval"]["task"]
    resource = {"service.name": "inspect-ai", "service.version": content["eval"]["run_id"]}
    for sample in content["samples"]:
        trace = identifier(f"{content['eval']['eval_id']}/{sample['id']}/{sample['epoch']}", 16)
        spans = list(_sample_spans(sample, trace))
        root = ReadSpan(
            trace, identifier(sample["uuid"], 8), b"", task,
            min(span.start_ns for span in spans), max(span.end_ns for span in spans),
            {"gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": task},
        )  # fmt: skip
        for span in [root, *spans]:
            span.parent = span.parent or (b"" if span is root else root.id)
            span.resource, span.scope = resource, ("inspect_ai", content["eval"]["eval_id"])
            yield span


def _sample_spans(sample: Json, trace: bytes) -> Iterator[ReadSpan]:
    events = sample["events"]
    ends = {e["id"]: nanoseconds(e["timestamp"]) for e in events if e["event"] == "span_end"}
    for number, event in enumerate(events):
        start = nanoseconds(event["timestamp"])
        if event["event"] == "span_begin":
            yield ReadSpan(
                trace, identifier(event["id"], 8), identifier(event.get("parent_id"), 8),
                event["name"], start, ends.get(event["id"], start),
                {"gen_ai.operation.name": "agent_step"},
            )  # fmt: skip
        elif event["event"] == "model":
            provider, _, model = event["model"].partition("/")
            output, usage = event["output"], event["output"].get("usage") or {}
            yield ReadSpan(
                trace, identifier(f"{event['span_id']}/{number}", 8),
                identifier(event["span_id"], 8), f"chat {model}", start,
                nanoseconds(event["completed"]),
                {
                    "gen_ai.operation.name": "chat", "gen_ai.provider.name": provider,
                    "gen_ai.request.model": model, "gen_ai.response.model": output["model"],
                    "gen_ai.usage.input_tokens": usage.get("input_tokens"),
                    "gen_ai.usage.output_tokens": usage.get("output_tokens"),
                },
                kind="client", error=output.get("error"),
            )  # fmt: skip


READERS: dict[str, Any] = {
    "any_agent": any_agent, "smoltrace": smoltrace, "langfuse": langfuse, "inspect_ai": inspect_ai,
}  # fmt: skip


def request(spans: Iterator[ReadSpan]) -> ExportTraceServiceRequest:
    """Spans grouped by resource and scope, as an exporter groups them."""
    body = ExportTraceServiceRequest()
    groups: dict[str, Any] = {}
    for span in spans:
        key = json.dumps([span.resource, span.scope], sort_keys=True)
        if key not in groups:
            part = body.resource_spans.add()
            part.resource.attributes.extend(key_values(span.resource))
            groups[key] = part.scope_spans.add()
            groups[key].scope.name, groups[key].scope.version = span.scope
        groups[key].spans.append(_proto(span))
    return body


def _proto(span: ReadSpan) -> Span:
    return Span(
        trace_id=span.trace, span_id=span.id, parent_span_id=span.parent, name=span.name,
        kind=KINDS.get(span.kind, Span.SPAN_KIND_INTERNAL),
        start_time_unix_nano=span.start_ns, end_time_unix_nano=span.end_ns,
        attributes=key_values(span.attributes),
        status=Status() if span.error is None else Status(code=FAILED, message=span.error),
    )  # fmt: skip


def key_values(attributes: Json) -> list[KeyValue]:
    """Attributes without those that say nothing."""
    return [KeyValue(key=k, value=any_value(v)) for k, v in attributes.items() if v is not None]


def any_value(value: object) -> AnyValue:
    """A JSON value as OTLP's; objects become JSON text."""
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case str():
            return AnyValue(string_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=[any_value(item) for item in value]))
        case _:
            return AnyValue(string_value=json.dumps(value))


def identifier(text: str | None, size: int) -> bytes:
    """Hexadecimal text of the right length as it is, any other text hashed; none stays empty."""
    if not text:
        return b""
    digits = text.removeprefix("0x")
    try:
        exact = bytes.fromhex(digits)
    except ValueError:
        exact = b""
    return exact if len(exact) == size else hashlib.sha256(text.encode()).digest()[:size]


def nanoseconds(text: str) -> int:
    """ISO 8601 to nanoseconds since 1970, without passing through a float."""
    at = datetime.fromisoformat(text)
    return int(at.replace(microsecond=0).timestamp()) * 10**9 + at.microsecond * 1_000


def main(folder: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for file in files(folder):
        target = out / f"{file.parent.name}-{file.stem}.pb"
        target.write_bytes(convert(file).SerializeToString())
        print(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
