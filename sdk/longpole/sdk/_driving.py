"""Run generators in a context of their own.

A generator pauses in the middle of its span. In a copied context its span is current while its
body runs and never while its consumer runs, and spans opened across a `yield` keep their parents.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextvars import Context, copy_context
from typing import Any, TypeVar

from longpole.sdk._open import H, Opened, Recipe

T = TypeVar("T")
Y = TypeVar("Y")
S = TypeVar("S")
R = TypeVar("R")
ItemSeen = Callable[[H], None]


class InContext(Generator[Y, S, R]):
    """A generator each of whose steps runs in the given context."""

    def __init__(self, context: Context, inner: Generator[Y, S, R]) -> None:
        self._context = context
        self._inner = inner

    def send(self, value: S, /) -> Y:
        """Resume with a value."""
        return self._context.run(self._inner.send, value)

    def throw(self, *error: Any) -> Y:  # noqa: ANN401 - the one- and three-argument forms
        """Resume with an exception."""
        return self._context.run(self._inner.throw, *error)

    def close(self) -> None:
        """Stop the generator where it paused."""
        self._context.run(self._inner.close)


class Watched(InContext[Y, S, R]):
    """As `InContext`, and tells about each item."""

    def __init__(
        self, context: Context, inner: Generator[Y, S, R], seen: Callable[[], None]
    ) -> None:
        super().__init__(context, inner)
        self._seen = seen

    def send(self, value: S, /) -> Y:
        """Resume with a value."""
        item = super().send(value)
        self._seen()
        return item


class Awaited(Awaitable[T]):
    """An awaitable whose steps, which form a generator, run in the given context."""

    def __init__(self, context: Context, inner: Awaitable[T]) -> None:
        self._context = context
        self._inner = inner

    def __await__(self) -> Generator[Any, Any, T]:
        return InContext(self._context, self._inner.__await__())


def drive(
    recipe: Recipe[H], start: Callable[[], Generator[Y, S, R]], item_seen: ItemSeen[H]
) -> Generator[Y, S, R]:
    """A generator's run as one span, from its first step until it ends or is closed."""
    context = copy_context()
    opened = context.run(Opened, recipe)
    try:
        result = yield from Watched(context, start(), lambda: item_seen(opened.handle))
    except BaseException as error:
        context.run(opened.close, error)
        raise
    context.run(opened.close)
    return result


async def drive_async(
    recipe: Recipe[H], start: Callable[[], AsyncGenerator[Y, S]], item_seen: ItemSeen[H]
) -> AsyncGenerator[Y, S]:
    """As `drive`, for an asynchronous generator."""
    context = copy_context()
    opened = context.run(Opened, recipe)
    inner = start()
    try:
        item = await Awaited(context, inner.__anext__())
        while True:
            item_seen(opened.handle)
            try:
                sent = yield item
            except GeneratorExit:
                await Awaited(context, inner.aclose())
                raise
            except BaseException as error:
                item = await Awaited(context, inner.athrow(error))
            else:
                item = await Awaited(context, inner.asend(sent))
    except StopAsyncIteration:
        context.run(opened.close)
    except BaseException as error:
        context.run(opened.close, error)
        raise
