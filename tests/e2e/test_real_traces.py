"""Recorded runs of real agent frameworks through a running Longpole: in over OTLP, out as JSON."""

from __future__ import annotations

import gzip
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from agent_traces import convert, files
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from running import running

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[2].parent / "shared" / "data"
CAPTURES = DATA / "captures"
PROTOBUF, JSON = "application/x-protobuf", "application/json"
PATIENCE_S = 90
COUNTED = re.compile(r"^### (\S+)$.*?Counted tokens: (\d+) input, (\d+) output", re.M | re.S)


@dataclass(frozen=True)
class Body:
    """One request to send."""

    name: str
    content: bytes
    media: str


@dataclass(frozen=True)
class Loaded:
    """A running Longpole that holds everything, and what it must know."""

    api: httpx.Client
    spans: Counter[str]
    traces_of: dict[str, set[str]]

    def trace(self, trace_id: str) -> dict[str, Any]:
        answer = self.api.get(f"/api/v1/traces/{trace_id}")
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document


def bodies() -> Iterator[Body]:
    """Every recorded run and every capture, each in the encodings it is kept in."""
    for file in files(DATA / "agent_traces"):
        yield Body(file.stem, convert(file).SerializeToString(), PROTOBUF)
    for file in sorted(CAPTURES.glob("*/traces*.pb")):
        yield Body(file.parent.name, file.read_bytes(), PROTOBUF)
    for file in sorted(CAPTURES.glob("*/traces*.json")):
        yield Body(file.parent.name, file.read_bytes(), JSON)


def ids(body: Body) -> set[tuple[str, str]]:
    """(trace id, span id) of a protobuf body."""
    request = ExportTraceServiceRequest.FromString(body.content)
    return {
        (span.trace_id.hex(), span.span_id.hex())
        for part in request.resource_spans
        for scope in part.scope_spans
        for span in scope.spans
    }


def send(otlp: str, body: Body, compress: bool) -> None:
    headers = {"content-type": body.media}
    if compress:
        headers["content-encoding"] = "gzip"
    answer = httpx.post(
        f"{otlp}/v1/traces",
        content=gzip.compress(body.content) if compress else body.content,
        headers=headers,
        timeout=60,
    )
    assert answer.status_code == 200, (body.name, body.media, answer.text)
    if body.media == JSON:
        assert answer.json().get("partialSuccess", {}) == {}, body.name


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    if not (DATA / "agent_traces").is_dir() or not CAPTURES.is_dir():
        pytest.skip(f"the recorded agent runs and captures are not at {DATA}")
    everything = list(bodies())
    known: set[tuple[str, str]] = set()
    traces_of: dict[str, set[str]] = {}
    for body in everything:
        if body.media == PROTOBUF:
            known |= ids(body)
            traces_of.setdefault(body.name, set()).update(trace for trace, _ in ids(body))
    with running(tmp_path_factory.mktemp("data")) as longpole:
        for number, body in enumerate(everything):
            send(longpole.otlp_http, body, compress=number % 2 == 1)
        with httpx.Client(base_url=longpole.ui, timeout=30) as api:
            yield Loaded(api, wait_for(api, Counter(trace for trace, _ in known)), traces_of)


def wait_for(api: httpx.Client, spans: Counter[str]) -> Counter[str]:
    """Wait until every trace is assembled from all of its spans."""
    deadline = time.monotonic() + PATIENCE_S
    missing = set(spans)
    while missing and time.monotonic() < deadline:
        for trace in sorted(missing):
            answer = api.get(f"/api/v1/traces/{trace}")
            if answer.status_code == 200 and len(answer.json()["spans"]) == spans[trace]:
                missing.discard(trace)
        time.sleep(0.5 if missing else 0)
    assert not missing, f"{len(missing)} of {len(spans)} traces are not complete: {missing}"
    return spans


def test_every_trace_is_there_with_its_spans(loaded: Loaded) -> None:
    assert len(loaded.spans) >= 30 + 12
    for trace, count in loaded.spans.items():
        document = loaded.trace(trace)
        spans = document["spans"]
        assert len({span["span_id"] for span in spans}) == len(spans) == count
        assert document["trace_id"] == trace
        # The search and the trace page must not tell different numbers.
        assert document["input_tokens"] == sum(s["input_tokens"] or 0 for s in counted(spans))


def test_search_lists_every_trace_once(loaded: Loaded) -> None:
    listed: list[str] = []
    cursor = None
    while True:
        page = {"since": "all", "limit": "20"} | ({"cursor": cursor} if cursor else {})
        answer = loaded.api.get("/api/v1/traces", params=page)
        answer.raise_for_status()
        listed += [row["trace_id"] for row in answer.json()["traces"]]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            break
    assert sorted(listed) == sorted(loaded.spans)


def test_the_sections_of_every_critical_path_fill_its_root(loaded: Loaded) -> None:
    for trace in loaded.spans:
        spans = {span["span_id"]: span for span in loaded.trace(trace)["spans"]}
        answer = loaded.api.get(f"/api/v1/traces/{trace}/critical-path")
        answer.raise_for_status()
        paths = {path["root"]: path for path in answer.json()["roots"]}
        lasting = {
            span["span_id"]
            for span in spans.values()
            if span["parent_span_id"] not in spans and span["duration_ns"] > 0
        }
        assert lasting <= set(paths), trace
        for path in paths.values():
            sections = path["sections"]
            assert path["duration"] == spans[path["root"]]["duration_ns"]
            assert sum(s["end"] - s["start"] for s in sections) == path["duration"], trace
            # A span of no length is on the path with no time.
            assert all(s["start"] <= s["end"] and s["span"] in spans for s in sections), trace
            for later, earlier in pairwise(sections):
                assert earlier["end"] <= later["start"], trace


@pytest.mark.parametrize(
    "capture", ["otel-genai-openai", "openinference-openai", "openinference-langchain"]
)
def test_counted_tokens_are_those_the_server_reported(loaded: Loaded, capture: str) -> None:
    told = {name: (int(i), int(o)) for name, i, o in COUNTED.findall(readme())}
    spans = [
        span
        for trace in loaded.traces_of[capture]
        for span in counted(loaded.trace(trace)["spans"])
    ]
    summed = tuple(sum(s[f"{side}_tokens"] or 0 for s in spans) for side in ("input", "output"))
    assert summed == told[capture]


def counted(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [span for span in spans if span["counted"]]


def readme() -> str:
    return (CAPTURES / "README.md").read_text("utf-8")
