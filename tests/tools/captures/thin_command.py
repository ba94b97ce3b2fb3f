"""Keeps only the named spans of a capture and those above them, for programs that send hundreds.

    python thin_command.py FOLDER NAME...

Nothing else changes in the bodies; a body that keeps no span is removed. The capture's line in
the README says that it was thinned.
"""

from __future__ import annotations

import sys
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


def wanted(spans: list[Span], names: set[str]) -> set[bytes]:
    """Ids of the spans so named and of all above them."""
    parents = {span.span_id: span.parent_span_id for span in spans}
    kept: set[bytes] = set()
    for span in spans:
        at = span.span_id if span.name in names else b""
        while at in parents and at not in kept:
            kept.add(at)
            at = parents[at]
    return kept


def main(folder: Path, names: set[str]) -> None:
    bodies = {}
    for file in sorted(folder.glob("traces*.pb")):
        bodies[file] = ExportTraceServiceRequest.FromString(file.read_bytes())
    groups = [
        scope
        for body in bodies.values()
        for resource in body.resource_spans
        for scope in resource.scope_spans
    ]
    kept = wanted([span for group in groups for span in group.spans], names)
    for group in groups:
        stay = [span for span in group.spans if span.span_id in kept]
        del group.spans[:]
        group.spans.extend(stay)
    for file, body in bodies.items():
        left = sum(len(s.spans) for r in body.resource_spans for s in r.scope_spans)
        file.write_bytes(body.SerializeToString()) if left else file.unlink()
        print(f"{file.name}: {left} spans")


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
