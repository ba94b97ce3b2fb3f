"""The recorded captures fit their facts: each fact names a span that is there, once.

A capture recorded anew without its facts, or facts edited by hand, would otherwise go unnoticed
until the normaliser seems to be wrong.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

CAPTURES = Path(__file__).resolve().parents[1] / "data" / "captures"
FOLDERS = sorted(path.parent for path in CAPTURES.glob("*/expected.json"))
LIMIT = 150_000


def _spans(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.glob("traces*.pb")):
        for group in ExportTraceServiceRequest.FromString(path.read_bytes()).resource_spans:
            for part in group.scope_spans:
                found |= {span.span_id.hex(): span.name for span in part.spans}
    return found


def test_there_are_captures() -> None:
    assert FOLDERS


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_fact_names_a_span(folder: Path) -> None:
    facts = json.loads((folder / "expected.json").read_text("utf-8"))["spans"]
    spans = _spans(folder)
    assert len({fact["span_id"] for fact in facts}) == len(facts)
    assert [fact["name"] for fact in facts] == [spans.get(fact["span_id"]) for fact in facts]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_capture_is_small_and_tells_no_path_of_its_maker(folder: Path) -> None:
    bodies = [path.read_bytes() for path in folder.iterdir()]
    assert sum(map(len, bodies)) < LIMIT
    assert not any(b"/site-packages/" in body or b"/tests/tools/" in body for body in bodies)
