"""Deterministic OTLP bodies of agent traces, for benchmarks: 25 spans a trace, 4 steps each.

A few traces are built with the real protobuf classes; the others are copies whose ids and times
are patched in the bytes, so that a million spans cost seconds.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

SPANS_PER_TRACE = 25
SERVICES = ("support-agent", "research-agent", "coding-agent", "billing-agent")
MODELS = (
    ("openai", "gpt-4o", "gpt-4o-2024-08-06"),
    ("openai", "gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
    ("anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
    ("gcp.gemini", "gemini-2.5-flash", "gemini-2.5-flash"),
)
TOOLS = ("web_search", "sql_query", "read_file", "calculator")
AGENTS = ("triage", "researcher", "planner", "coder")
MS = 1_000_000


@dataclass(frozen=True)
class Load:
    """Request bodies and what is in them."""

    bodies: list[bytes]
    spans: int
    traces: int


def make_load(spans: int, spans_per_body: int, end_ns: int, seed: int = 1) -> Load:
    """Bodies of about `spans_per_body` spans whose traces lie in the hour before `end_ns`."""
    rng = random.Random(seed)
    templates = [_Template(rng) for _ in range(16)]
    per_body = max(1, spans_per_body // SPANS_PER_TRACE)
    traces = -(-spans // SPANS_PER_TRACE)
    copies = (rng.choice(templates).copy(rng, end_ns) for _ in range(traces))
    bodies = list(_joined(copies, per_body))
    return Load(bodies, traces * SPANS_PER_TRACE, traces)


def _joined(copies: Iterator[bytes], per_body: int) -> Iterator[bytes]:
    parts: list[bytes] = []
    for copy in copies:
        parts.append(copy)
        if len(parts) == per_body:
            yield b"".join(parts)
            parts = []
    if parts:
        yield b"".join(parts)


class _Template:
    def __init__(self, rng: random.Random) -> None:
        self.trace_id = rng.randbytes(16)
        self.span_ids = [rng.randbytes(8) for _ in range(SPANS_PER_TRACE)]
        self.start_ns = 1_700_000_000_000_000_000 + rng.randrange(10**9)
        request = ExportTraceServiceRequest()
        resource = request.resource_spans.add()
        _set(resource.resource.attributes.add(), "service.name", rng.choice(SERVICES))
        _set(resource.resource.attributes.add(), "service.version", "1.4.2")
        scope = resource.scope_spans.add()
        scope.scope.name, scope.scope.version = "agentkit.tracing", "2.3.1"
        self._clock = self.start_ns
        scope.spans.extend(self._spans(rng))
        self.data = request.SerializeToString()
        self.times = sorted(
            {t for s in scope.spans for t in (s.start_time_unix_nano, s.end_time_unix_nano)}
        )

    def copy(self, rng: random.Random, end_ns: int) -> bytes:
        data: bytes = self.data.replace(self.trace_id, rng.randbytes(16))
        for span_id in self.span_ids:
            data = data.replace(span_id, rng.randbytes(8))
        shift = end_ns - rng.randrange(3600 * 10**9) - self.times[-1]
        for time in self.times:
            data = data.replace(struct.pack("<Q", time), struct.pack("<Q", time + shift))
        return data

    def _tick(self, rng: random.Random, low_ms: int, high_ms: int) -> int:
        # Odd nanoseconds keep every time unique in the bytes.
        self._clock += rng.randrange(low_ms * MS, high_ms * MS) | 1
        return self._clock

    def _spans(self, rng: random.Random) -> list[Span]:
        agent = rng.choice(AGENTS)
        ids = iter(self.span_ids)
        root = self._open(next(ids), None, f"invoke_agent {agent}", rng)
        _set(root.attributes.add(), "gen_ai.operation.name", "invoke_agent")
        _set(root.attributes.add(), "gen_ai.agent.name", agent)
        out = [root]
        for number in range(4):
            step = self._open(next(ids), root, f"step {number}", rng)
            out.append(step)
            for kind in ("chat", "tool", "retrieval", "chat", "tool"):
                out.append(self._leaf(next(ids), step, kind, rng))
            step.end_time_unix_nano = self._tick(rng, 1, 4)
        root.end_time_unix_nano = self._tick(rng, 1, 4)
        return out

    def _open(self, span_id: bytes, parent: Span | None, name: str, rng: random.Random) -> Span:
        span = Span(trace_id=self.trace_id, span_id=span_id, name=name)
        span.kind = Span.SPAN_KIND_INTERNAL
        if parent is not None:
            span.parent_span_id = parent.span_id
        span.start_time_unix_nano = self._tick(rng, 1, 3)
        return span

    def _leaf(self, span_id: bytes, parent: Span, kind: str, rng: random.Random) -> Span:
        if kind == "chat":
            return self._chat(span_id, parent, rng)
        name = rng.choice(TOOLS) if kind == "tool" else "docs"
        span = self._open(span_id, parent, f"{kind} {name}", rng)
        operation = "execute_tool" if kind == "tool" else "retrieval"
        _set(span.attributes.add(), "gen_ai.operation.name", operation)
        _set(span.attributes.add(), "gen_ai.tool.name" if kind == "tool" else "db.system", name)
        span.end_time_unix_nano = self._tick(rng, 20, 900)
        if rng.random() < 0.02:
            span.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message="timeout"))
        return span

    def _chat(self, span_id: bytes, parent: Span, rng: random.Random) -> Span:
        provider, asked, answered = rng.choice(MODELS)
        span = self._open(span_id, parent, f"chat {asked}", rng)
        span.kind = Span.SPAN_KIND_CLIENT
        values: dict[str, object] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": provider,
            "gen_ai.request.model": asked,
            "gen_ai.response.model": answered,
            "gen_ai.response.id": f"resp-{rng.randrange(10**12)}",
            "gen_ai.request.temperature": 0.2,
            "gen_ai.request.stream": True,
            "gen_ai.usage.input_tokens": rng.randrange(200, 8000),
            "gen_ai.usage.output_tokens": rng.randrange(10, 900),
            "gen_ai.usage.cache_read.input_tokens": rng.randrange(0, 200),
            "gen_ai.response.time_to_first_chunk": rng.uniform(0.1, 0.3),
            "gen_ai.conversation.id": f"conversation-{rng.randrange(10**9)}",
            "server.address": "api.example.com",
            "user.id": f"user-{rng.randrange(10_000):05d}",
        }
        for key, value in values.items():
            _set(span.attributes.add(), key, value)
        span.end_time_unix_nano = self._tick(rng, 400, 4000)
        return span


def _set(pair: object, key: str, value: object) -> None:
    target = pair.value  # type: ignore[attr-defined]
    pair.key = key  # type: ignore[attr-defined]
    match value:
        case bool():
            target.bool_value = value
        case int():
            target.int_value = value
        case float():
            target.double_value = value
        case _:
            target.string_value = str(value)
