"""Start a span, make it current, and end it with the outcome of the marked code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Generic, TypeVar

from opentelemetry import trace
from opentelemetry.context import attach, create_key, detach, get_value, set_value
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.util.types import AttributeValue

from longpole.sdk import _names
from longpole.sdk._handles import ModelCall, SpanHandle
from longpole.sdk._session import session_attributes

H = TypeVar("H", bound=SpanHandle)
_CALL = create_key("longpole-model-call")
# A consumer that stops reading, or a program that ends, is not a failure of the marked code.
_NOT_FAILURES = (GeneratorExit, SystemExit)


@dataclass(frozen=True)
class Recipe(Generic[H]):
    """How to make one kind of span."""

    name: str
    kind: SpanKind
    attributes: dict[str, AttributeValue]
    handle: Callable[[trace.Span], H]


class Opened(Generic[H]):
    """A started span that is current until `close`, which must run in the same context."""

    def __init__(self, recipe: Recipe[H]) -> None:
        tracer = trace.get_tracer("longpole.sdk", _version())
        span = tracer.start_span(
            recipe.name,
            kind=recipe.kind,
            attributes={**session_attributes(None), **recipe.attributes},
        )
        self.handle = recipe.handle(span)
        context = trace.set_span_in_context(span)
        if isinstance(self.handle, ModelCall):
            context = set_value(_CALL, self.handle, context)
        self._token = attach(context)

    def close(self, error: BaseException | None = None) -> None:
        """End the span; an error sets status, `error.type` and an exception event."""
        span = self.handle.span
        if error is not None and not isinstance(error, _NOT_FAILURES):
            span.set_attribute(_names.ERROR_TYPE, _type_name(error))
            span.record_exception(error)
            span.set_status(Status(StatusCode.ERROR, str(error)))
        detach(self._token)
        span.end()


def current_call() -> ModelCall:
    """The innermost open model call.

    Outside any `llm` mark it is a handle that records nothing, so that marked code also runs
    where nobody is looking.
    """
    call = get_value(_CALL)
    return call if isinstance(call, ModelCall) else ModelCall(trace.INVALID_SPAN)


def _type_name(error: BaseException) -> str:
    kind = type(error)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


@lru_cache(maxsize=1)
def _version() -> str | None:
    try:
        return version("longpole-sdk")
    except PackageNotFoundError:  # used from a source tree
        return None
