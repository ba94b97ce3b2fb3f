"""The tools that record captures: facts that still fit the bodies, OTLP/JSON, thinning."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

TOOLS = Path(__file__).parent / "captures"
CAPTURES = Path(__file__).parents[1] / "data" / "captures"
FACTS = sorted((TOOLS / "facts").glob("*.json"))


def tool(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module(name)


@pytest.mark.parametrize("facts", FACTS, ids=lambda file: file.stem)
def test_expected_facts_are_the_written_ones(
    facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = CAPTURES / facts.stem
    copy = tmp_path / folder.name
    copy.mkdir()
    for file in folder.glob("*.pb"):
        (copy / file.name).write_bytes(file.read_bytes())
    tool("expect_command", monkeypatch).join(copy, facts)
    joined = json.loads((copy / "expected.json").read_text("utf-8"))
    assert joined == json.loads((folder / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize("name", ["langfuse-js-v4", "langfuse-js-v5"])
def test_json_bodies_say_the_same_in_protobuf(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = CAPTURES / name
    sent = (folder / "traces.otlp.json").read_bytes()
    made = tool("record_command", monkeypatch).from_json("traces", sent)
    assert made == (folder / "traces.pb").read_bytes()
    ids = {
        span["spanId"] for span in json.loads(sent)["resourceSpans"][0]["scopeSpans"][0]["spans"]
    }
    body = ExportTraceServiceRequest.FromString(made)
    assert {span.span_id.hex() for span in body.resource_spans[0].scope_spans[0].spans} == ids


def test_thinning_keeps_the_named_spans_and_those_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "traces.pb").write_bytes((CAPTURES / "codex" / "traces.pb").read_bytes())
    tool("thin_command", monkeypatch).main(tmp_path, {"exec_command"})
    body = ExportTraceServiceRequest.FromString((tmp_path / "traces.pb").read_bytes())
    spans = [s for r in body.resource_spans for scope in r.scope_spans for s in scope.spans]
    known = {span.span_id for span in spans}
    assert [span.name for span in spans].count("exec_command") == 1
    assert {span.name for span in spans if span.parent_span_id not in known} == {"turn/start"}


def test_folders_are_cut_from_paths_only(monkeypatch: pytest.MonkeyPatch) -> None:
    record = tool("record_command", monkeypatch)
    body = ExportTraceServiceRequest()
    span = body.resource_spans.add().scope_spans.add().spans.add(name="GET /tmp")
    span.status.message = 'File "/usr/lib/python/site-packages/x.py", line 1'
    cut = ExportTraceServiceRequest.FromString(record.shortened("traces", body.SerializeToString()))
    kept = cut.resource_spans[0].scope_spans[0].spans[0]
    assert kept.name == "GET /tmp"
    assert kept.status.message == 'File "/x.py", line 1'
