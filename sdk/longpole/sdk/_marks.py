"""The marks: `agent`, `step`, `tool` and `llm`, each a decorator and a context manager."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from opentelemetry import trace
from opentelemetry.trace import SpanKind
from opentelemetry.util.types import AttributeValue

from longpole.sdk import _names
from longpole.sdk._driving import drive, drive_async
from longpole.sdk._handles import ModelCall, SpanHandle
from longpole.sdk._open import H, Opened, Recipe, current_call

F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["Mark", "agent", "current_call", "llm", "step", "tool"]


class Mark(Generic[H]):
    """Makes a span of a `with` block, or of every call of a decorated function.

    Functions may be plain, `async`, generators or asynchronous generators. One mark may be used
    many times, also from several threads and tasks at once.
    """

    def __init__(self, recipe: Recipe[H]) -> None:
        self._recipe = recipe
        self._opened: list[Opened[H]] = []
        self._lock = threading.Lock()

    def __enter__(self) -> H:
        opened = Opened(self._recipe)
        with self._lock:
            self._opened.append(opened)
        return opened.handle

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._take().close(error)

    async def __aenter__(self) -> H:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.__exit__(kind, error, traceback)

    def __call__(self, function: F) -> F:
        """Decorate a function."""
        if inspect.isasyncgenfunction(function):
            wrapper: Callable[..., Any] = self._async_generator(function)
        elif inspect.isgeneratorfunction(function):
            wrapper = self._generator(function)
        elif inspect.iscoroutinefunction(function):
            wrapper = self._coroutine(function)
        else:
            wrapper = self._plain(function)
        return cast(F, wrapper)

    def _plain(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            with self:
                return function(*args, **kwargs)

        return call

    def _coroutine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            with self:
                return await function(*args, **kwargs)

        return call

    def _generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            return (yield from drive(self._recipe, lambda: function(*args, **kwargs), _seen))

        return call

    def _async_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            return drive_async(self._recipe, lambda: function(*args, **kwargs), _seen)

        return call

    def _take(self) -> Opened[H]:
        """The opened span of the block being left: the current one, else the last."""
        current = trace.get_current_span()
        with self._lock:
            last = len(self._opened) - 1
            ours = (i for i in range(last, -1, -1) if self._opened[i].handle.span is current)
            return self._opened.pop(next(ours, last))


def agent(name: str, *, id: str | None = None) -> Mark[SpanHandle]:
    """One run of an agent."""
    return _mark(
        "invoke_agent", f"invoke_agent {_text('agent', name)}",
        {_names.AGENT_NAME: name, _names.AGENT_ID: id},
    )  # fmt: skip


def step(name: str) -> Mark[SpanHandle]:
    """A named part of an agent's work, such as a node of its graph."""
    return _mark("agent_step", _text("step", name), {})


def tool(name: str, *, call_id: str | None = None) -> Mark[SpanHandle]:
    """One call of a tool. `call_id` is the id the model gave the call."""
    return _mark(
        "execute_tool", f"execute_tool {_text('tool', name)}",
        {_names.TOOL_NAME: name, _names.TOOL_CALL_ID: call_id},
    )  # fmt: skip


def llm(model: str, *, provider: str | None = None, operation: str = "chat") -> Mark[ModelCall]:
    """One call of a model; for providers that no installed instrumentation covers.

    `provider` uses the names of the GenAI conventions (`openai`, `anthropic`, `aws.bedrock`, ...);
    `operation` is `chat`, `text_completion`, `generate_content` or `embeddings`.
    A decorated generator's first item counts as the first token.
    """
    attributes = {
        _names.OPERATION: operation,
        _names.REQUEST_MODEL: _text("llm", model),
        _names.PROVIDER: provider,
    }
    name = f"{operation} {model}"
    return Mark(Recipe(name, SpanKind.CLIENT, _present(attributes), ModelCall))


def _mark(operation: str, name: str, attributes: dict[str, str | None]) -> Mark[SpanHandle]:
    present = _present({_names.OPERATION: operation, **attributes})
    return Mark(Recipe(name, SpanKind.INTERNAL, present, SpanHandle))


def _present(attributes: dict[str, str | None]) -> dict[str, AttributeValue]:
    return {name: value for name, value in attributes.items() if value is not None}


def _text(mark: str, name: object) -> str:
    if not isinstance(name, str) or not name:
        raise TypeError(f'{mark}() needs a name, got {name!r}; write @{mark}("name")')
    return name


def _seen(handle: SpanHandle) -> None:
    if isinstance(handle, ModelCall):
        handle.first_token()
