"""See the spans of a test: an in-memory exporter for the tests of programs that use the SDK.

    from longpole.sdk.testing import capture_spans

    def test_the_agent_calls_the_tool_once() -> None:
        with capture_spans() as spans:
            run_my_agent()
        assert len(spans.with_operation("execute_tool")) == 1

As a pytest fixture: `@pytest.fixture` on a function that does `with capture_spans() as spans:
yield spans`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider

from longpole.sdk import _names
from longpole.sdk._session import session_attributes

__all__ = ["CapturedSpans", "capture_spans"]


class CapturedSpans:
    """Finished spans in the order they ended."""

    def __init__(self) -> None:
        self.all: list[ReadableSpan] = []

    def named(self, name: str) -> ReadableSpan:
        """The only span of that name; raises AssertionError if there is none or more."""
        found = [span for span in self.all if span.name == name]
        names = [span.name for span in self.all]
        if len(found) != 1:
            raise AssertionError(f"{len(found)} spans are named {name!r}; captured: {names}")
        return found[0]

    def with_operation(self, operation: str) -> list[ReadableSpan]:
        """Spans with that `gen_ai.operation.name`, such as `chat` or `execute_tool`."""
        return [
            span for span in self.all if (span.attributes or {}).get(_names.OPERATION) == operation
        ]

    def clear(self) -> None:
        """Forget what was captured so far."""
        self.all.clear()


@contextmanager
def capture_spans() -> Iterator[CapturedSpans]:
    """Record every span that ends in this process while the block runs; nothing is sent.

    Works with or without `init`, and with the program's own tracer provider.
    """
    captured = CapturedSpans()
    recorder = _recorder()
    recorder.listeners.append(captured)
    try:
        yield captured
    finally:
        recorder.listeners.remove(captured)


class _Recorder(SpanProcessor):
    """Installed once a provider, because processors cannot be taken away again."""

    def __init__(self) -> None:
        self.listeners: list[CapturedSpans] = []

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        for name, value in session_attributes(parent_context).items():
            span.set_attribute(name, value)

    def on_end(self, span: ReadableSpan) -> None:
        for listener in list(self.listeners):
            listener.all.append(span)


_recorders: WeakKeyDictionary[TracerProvider, _Recorder] = WeakKeyDictionary()
_lock = threading.Lock()


def _recorder() -> _Recorder:
    with _lock:
        provider = trace.get_tracer_provider()
        if isinstance(provider, trace.ProxyTracerProvider):
            provider = TracerProvider()
            trace.set_tracer_provider(provider)
        if not isinstance(provider, TracerProvider):
            raise RuntimeError(f"spans of the tracer provider {provider!r} cannot be captured")
        if provider not in _recorders:
            _recorders[provider] = _Recorder()
            provider.add_span_processor(_recorders[provider])
        return _recorders[provider]
