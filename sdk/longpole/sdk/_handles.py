"""What a mark hands to the marked code: a way to add facts to the span that is open."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable, Sequence
from typing import TypeVar, overload

from opentelemetry.trace import Span, format_span_id, format_trace_id
from opentelemetry.util.types import AttributeValue

from longpole.sdk import _names
from longpole.sdk._streams import pass_async, pass_sync

T = TypeVar("T")


class SpanHandle:
    """The open span of an agent run, a step or a tool call."""

    def __init__(self, span: Span) -> None:
        self.span = span

    @property
    def trace_id(self) -> str:
        """Trace id as 32 hexadecimal digits, as Longpole shows it."""
        return format_trace_id(self.span.get_span_context().trace_id)

    @property
    def span_id(self) -> str:
        """Span id as 16 hexadecimal digits."""
        return format_span_id(self.span.get_span_context().span_id)

    def set(self, name: str, value: AttributeValue | None) -> None:
        """Add an attribute; None is left out."""
        if value is not None:
            self.span.set_attribute(name, value)


class ModelCall(SpanHandle):
    """The open span of one model call. Facts that are never given stay unknown, not zero."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self._opened_ns = time.perf_counter_ns()
        self._first_seen = False

    def usage(
        self,
        *,
        input: int | None = None,
        output: int | None = None,
        cache_read: int | None = None,
        cache_write: int | None = None,
        reasoning: int | None = None,
    ) -> None:
        """Tokens of the call. `input` includes cached ones, `output` includes reasoning."""
        self.set(_names.INPUT_TOKENS, input)
        self.set(_names.OUTPUT_TOKENS, output)
        self.set(_names.CACHE_READ_TOKENS, cache_read)
        self.set(_names.CACHE_WRITE_TOKENS, cache_write)
        self.set(_names.REASONING_TOKENS, reasoning)

    def first_token(self) -> None:
        """Mark now as the arrival of the first token; only the first call counts."""
        if not self._first_seen:
            self._first_seen = True
            elapsed = (time.perf_counter_ns() - self._opened_ns) / 1e9
            self.set(_names.REQUEST_STREAM, True)
            self.set(_names.TIME_TO_FIRST_CHUNK, elapsed)

    def response(
        self,
        *,
        model: str | None = None,
        id: str | None = None,
        finish_reasons: Sequence[str] | None = None,
    ) -> None:
        """What the provider answered with: exact model, response id, why it stopped."""
        self.set(_names.RESPONSE_MODEL, model)
        self.set(_names.RESPONSE_ID, id)
        self.set(_names.FINISH_REASONS, None if finish_reasons is None else list(finish_reasons))

    @property
    def response_model(self) -> str | None:
        """The model that answered; assign to record it. Reads back what this handle was told."""
        attributes = getattr(self.span, "attributes", None) or {}
        value = attributes.get(_names.RESPONSE_MODEL)
        return value if isinstance(value, str) else None

    @response_model.setter
    def response_model(self, model: str) -> None:
        self.response(model=model)

    # An object that can be read both ways is read asynchronously.
    @overload
    def stream(self, items: AsyncIterable[T]) -> AsyncGenerator[T, None]: ...
    @overload
    def stream(self, items: Iterable[T]) -> Generator[T, None, None]: ...
    def stream(
        self, items: Iterable[T] | AsyncIterable[T]
    ) -> Generator[T, None, None] | AsyncGenerator[T, None]:
        """Pass a streamed answer through and record the time to its first item.

        Read it inside the mark's block. The source is closed when reading ends, also early by
        `break` or an exception.
        """
        if isinstance(items, AsyncIterable):
            return pass_async(items, self.first_token)
        return pass_sync(items, self.first_token)
