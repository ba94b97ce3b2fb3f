"""Lists the spans of a capture, and joins hand-written facts to their span ids.

    python expect_command.py show FOLDER             every span with all its attributes
    python expect_command.py join FOLDER FACTS.json  writes FOLDER/expected.json

"spans" of the facts is a list in the order that show prints, each a list: the span's name, then
names of "groups" and literal facts, later ones winning; null removes nothing, it asserts absence.
Values that differ in each run are read from the recording: {"attribute": KEY, "scale": N} is the
span's own attribute, {"clock": KEY} the time of day it holds since the span's start in seconds,
{"event": NAME} the same of the first such event, {"of_trace": KEY} the only value that the spans
of its trace have. "logs" lists likewise the records of the events it names, in order;
{"span_with": KEY} is the id of the span with the record's value of KEY.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span


def plain(value: AnyValue) -> object:
    """The value in Python's own types."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return {item.key: plain(item.value) for item in value.kvlist_value.values}
    return getattr(value, kind) if kind else None


def attributes(part: Span | LogRecord | Resource | Span.Event | Span.Link) -> dict[str, Any]:
    return {item.key: plain(item.value) for item in part.attributes}


def spans(folder: Path) -> list[tuple[str, dict[str, Any], Span]]:
    """(scope, resource attributes, span) by trace in order of first start, then start and depth."""
    found = []
    for file in sorted(folder.glob("traces*.pb")):
        body = ExportTraceServiceRequest()
        body.ParseFromString(file.read_bytes())
        for resource in body.resource_spans:
            known = attributes(resource.resource)
            for scope in resource.scope_spans:
                name = f"{scope.scope.name} {scope.scope.version}".strip()
                found += [(name, known, span) for span in scope.spans]
    parents = {span.span_id: span.parent_span_id for _, _, span in found}
    first: dict[bytes, int] = {}
    for _, _, span in found:
        begun = span.start_time_unix_nano
        first[span.trace_id] = min(begun, first.get(span.trace_id, begun))
    found.sort(
        key=lambda item: (
            first[item[2].trace_id],
            item[2].trace_id,
            item[2].start_time_unix_nano,
            depth(item[2].span_id, parents),
        )
    )
    return found


def depth(span_id: bytes, parents: dict[bytes, bytes]) -> int:
    steps = 0
    while span_id := parents.get(span_id, b""):
        steps += 1
    return steps


def logs(folder: Path) -> list[tuple[str, LogRecord]]:
    """(event name, record) in the order received."""
    found = []
    for file in sorted(folder.glob("logs*.pb")):
        body = ExportLogsServiceRequest()
        body.ParseFromString(file.read_bytes())
        for resource in body.resource_logs:
            for scope in resource.scope_logs:
                found += [(event_name(record), record) for record in scope.log_records]
    return found


def event_name(record: LogRecord) -> str:
    """The event.name attribute first: Rust's exporter writes a source line as the event's name."""
    return str(attributes(record).get("event.name") or record.event_name or plain(record.body))


def show(folder: Path, width: int = 160) -> None:
    for scope, resource, span in spans(folder):
        head = f"[{scope}] parent={span.parent_span_id.hex()} kind={span.kind}"
        long_s = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9
        print(f"\n## {span.name}  {span.trace_id.hex()}/{span.span_id.hex()} {head}")
        print(f"   {long_s:.3f}s status={span.status.code} {span.status.message[:width]!r}")
        print(f"   resource {resource}")
        for key, value in sorted(attributes(span).items()):
            print(f"   {key} = {value!r:.{width}}")
        for event in span.events:
            at_s = (event.time_unix_nano - span.start_time_unix_nano) / 1e9
            print(f"   event {event.name} +{at_s:.3f}s {attributes(event)!r:.{width}}")
        for link in span.links:
            print(f"   link {link.trace_id.hex()}/{link.span_id.hex()} {attributes(link)}")
    for name, record in logs(folder):
        print(f"\n## log {name}  {record.trace_id.hex()}/{record.span_id.hex()}")
        print(f"   body {plain(record.body)!r:.{width}}")
        for key, value in sorted(attributes(record).items()):
            print(f"   {key} = {value!r:.{width}}")


def resolved(value: object, span: Span | LogRecord, mates: Sequence[Span] = ()) -> object:
    """The value of a fact, read from the span or its trace when it says where."""
    if not isinstance(value, dict):
        return value
    if key := value.get("of_trace"):
        (only,) = {attributes(mate)[key] for mate in mates if key in attributes(mate)}
        return only
    if "event" in value:
        times = [event.time_unix_nano for event in span.events if event.name == value["event"]]
        return round((min(times) - span.start_time_unix_nano) / 1e9, 6)
    if key := value.get("clock"):
        said = datetime.fromisoformat(attributes(span)[key].strip('"').replace("Z", "+00:00"))
        return round(said.timestamp() - span.start_time_unix_nano / 1e9, 6)
    read = attributes(span)[value["attribute"]]
    return read * value["scale"] if "scale" in value else read


def join(folder: Path, facts_file: Path) -> None:
    said = json.loads(facts_file.read_text("utf-8"))
    recorded = [span for _, _, span in spans(folder)]
    names = [span.name for span in recorded]
    wanted = [entry[0] for entry in said["spans"]]
    if names != wanted:
        raise SystemExit(f"{facts_file.name}: spans recorded {names}, facts for {wanted}")
    done = []
    for span, (_, *parts) in zip(recorded, said["spans"], strict=True):
        ids = {"span_id": span.span_id.hex(), "trace_id": span.trace_id.hex(), "name": span.name}
        mates = [other for other in recorded if other.trace_id == span.trace_id]
        merged = dict(said.get("every_span", {}))
        for part in parts:
            merged.update(said["groups"][part] if isinstance(part, str) else part)
        done.append(ids | {key: resolved(value, span, mates) for key, value in merged.items()})
    head = {"capture": folder.name, "producer": said["producer"], "spans": done}
    if "logs" in said:
        head["logs"] = list(log_facts(folder, said))
    head |= {key: said[key] for key in ("metrics", "note") if key in said}
    (folder / "expected.json").write_text(json.dumps(head, indent=1) + "\n", "utf-8")


def log_facts(folder: Path, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The facts of each record that the facts file names, with the record's place and ids."""
    wanted = said["logs"]
    names = {entry[0] for entry in wanted}
    recorded = [(at, *item) for at, item in enumerate(logs(folder)) if item[0] in names]
    if [name for _, name, _ in recorded] != [entry[0] for entry in wanted]:
        raise SystemExit(f"records are {[name for _, name, _ in recorded]}")
    for (at, name, record), (_, *parts) in zip(recorded, wanted, strict=True):
        merged: dict[str, Any] = {}
        for part in parts:
            merged.update(said["groups"][part] if isinstance(part, str) else part)
        ids = {"record": at, "event": name, "trace_id": record.trace_id.hex()}
        ids["span_id"] = record.span_id.hex()
        for key, value in merged.items():
            if isinstance(value, dict) and "span_with" in value:
                merged[key] = span_with(folder, value["span_with"], record)
            else:
                merged[key] = resolved(value, record)
        yield ids | merged


def span_with(folder: Path, key: str, record: LogRecord) -> str:
    """The id of the one span that has the record's value of the attribute."""
    wanted = attributes(record)[key]
    found = [span for _, _, span in spans(folder) if attributes(span).get(key) == wanted]
    (only,) = found
    return only.span_id.hex()


if __name__ == "__main__":
    task, place, *rest = sys.argv[1:]
    if task == "show":
        show(Path(place))
    else:
        join(Path(place), Path(rest[0]))
