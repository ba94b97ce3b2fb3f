"""Traces that break rules: what a hostile, buggy or unlucky program could send."""

from __future__ import annotations

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from otlp_requests import any_value

SECOND = 10**9
MARK = "window.hacked = (window.hacked || 0) + 1"
HOSTILE = (
    f"<script>{MARK}</script>",
    f"<img src=x onerror='{MARK}'>",
    f"</script><svg onload='{MARK}'>",
    f"javascript:{MARK}//",
    f"[click](javascript:{MARK})",
    f"{{{{constructor.constructor('{MARK}')()}}}}",
    f"\"><iframe srcdoc='<script>parent.{MARK}</script>'>",
    "\u202eright to left\u202c \u2066isolate",
    "zero\x00byte \x1b[31mred \x07 \x7f \r\n\t\u2028 end",
    "'; DROP TABLE spans; -- {x:String} %(x)s",
    "a\u0301" * 500 + "\ufffe\U0010ffff",
    "M" * (1 << 20),
)


def child(
    trace: int, number: int, parent: int, start_ns: int, length_ns: int, name: str = ""
) -> Span:
    """A span of trace `trace`; parent 0 is none."""
    return Span(
        trace_id=trace.to_bytes(16, "big"),
        span_id=number.to_bytes(8, "big"),
        parent_span_id=parent.to_bytes(8, "big") if parent else b"",
        name=name or f"work {number}",
        kind=Span.SPAN_KIND_INTERNAL,
        start_time_unix_nano=start_ns,
        end_time_unix_nano=start_ns + length_ns,
    )


def rootless(trace: int, at: int) -> list[Span]:
    """Two siblings whose parent never comes."""
    return [child(trace, 2, 1, at, SECOND), child(trace, 3, 1, at + SECOND, SECOND)]


def cycle(trace: int, at: int) -> list[Span]:
    """A root, three spans that are each other's parents, and one that is its own."""
    root = child(trace, 1, 0, at, 9 * SECOND)
    ring = [child(trace, 2 + i, 2 + (i + 1) % 3, at + i * SECOND, SECOND) for i in range(3)]
    return [root, *ring, child(trace, 7, 7, at, SECOND), child(trace, 8, 1, at, SECOND)]


def duplicates(trace: int, at: int) -> list[Span]:
    """One id given to two different spans, and one span sent twice."""
    root, twice = child(trace, 1, 0, at, 5 * SECOND), child(trace, 2, 1, at, SECOND)
    return [root, twice, twice, child(trace, 2, 1, at + SECOND, 3 * SECOND, "other work")]


def backwards(trace: int, at: int) -> list[Span]:
    """A child that ends before it starts."""
    return [child(trace, 1, 0, at, 5 * SECOND), child(trace, 2, 1, at + SECOND, -SECOND // 2)]


def family(trace: int, at: int) -> list[Span]:
    """Nothing wrong but, perhaps, the time."""
    return [child(trace, 1, 0, at, 3 * SECOND), child(trace, 2, 1, at + SECOND, SECOND)]


def odd_numbers(trace: int, at: int) -> list[Span]:
    """Numbers at and beyond the edges of what their fields mean."""
    root, last = child(trace, 1, 0, at, SECOND), child(trace, 2, 1, at, 0)
    last.end_time_unix_nano = 2**64 - 1
    last.kind = 99  # type: ignore[assignment]
    last.status.CopyFrom(Status(code=77))  # type: ignore[arg-type]
    last.parent_span_id = b"abc"
    last.dropped_attributes_count = last.flags = 2**32 - 1
    last.events.add(time_unix_nano=2**64 - 1, name="at the end of time")
    last.links.add(trace_id=b"x", span_id=b"")
    edges: list[object] = [float("nan"), float("inf"), -(2**63), 2**63 - 1, b"\xff\x00", [], {}]
    for number, value in enumerate((*edges, nest(24), None)):
        for key in (f"odd.{number}", "same", "", "gen_ai.usage.input_tokens"):
            last.attributes.add(key=key, value=any_value(value))
    return [root, last]


def nest(depth: int) -> object:
    """Lists in maps in lists."""
    value: object = "core"
    for _ in range(depth // 2):
        value = {"k": [value]}
    return value


def wide(trace: int, at: int, count: int) -> list[Span]:
    """A root and `count - 1` children, one after the other with gaps."""
    root = child(trace, 1, 0, at, count * 1000)
    return [root, *(child(trace, n, 1, at + (n - 2) * 1000, 700) for n in range(2, count + 1))]


def deep(trace: int, at: int, count: int) -> list[Span]:
    """Each span inside the one before."""
    whole = count * 4000
    return [
        child(trace, n, n - 1, at + (n - 1) * 1000, whole - (n - 1) * 2000)
        for n in range(1, count + 1)
    ]


def hostile(trace: int, at: int) -> list[Span]:
    """Every hostile text in every place that takes text."""
    spans = [child(trace, 1, 0, at, 60 * SECOND, HOSTILE[0])]
    for number, text in enumerate(HOSTILE, 2):
        span = child(trace, number, 1, at + number * SECOND, SECOND, text)
        span.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message=text))
        for key in ("gen_ai.agent.name", "gen_ai.request.model", "gen_ai.conversation.id",
                    "user.id", "error.type", "gen_ai.input.messages", "gen_ai.output.messages",
                    "input.value", "output.value", "gen_ai.tool.name", text):  # fmt: skip
            span.attributes.add(key=key, value=any_value(text))
        operation = ("chat", "execute_tool", "invoke_agent")[number % 3]
        span.attributes.add(key="gen_ai.operation.name", value=any_value(operation))
        event = span.events.add(time_unix_nano=span.start_time_unix_nano, name=text)
        event.attributes.add(key="exception.message", value=any_value(text))
        span.trace_state = text
        spans.append(span)
    return spans
