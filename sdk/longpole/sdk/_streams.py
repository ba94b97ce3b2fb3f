"""Pass a stream through, tell about its first item, close the source however reading ends."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Generator,
    Iterable,
)
from typing import TypeVar

T = TypeVar("T")


def pass_sync(items: Iterable[T], first_item: Callable[[], None]) -> Generator[T, None, None]:
    """Yield the items; `first_item` is called when the first arrives."""
    try:
        for item in items:
            first_item()
            yield item
    finally:
        close = getattr(items, "close", None)
        if callable(close):
            close()


async def pass_async(
    items: AsyncIterable[T], first_item: Callable[[], None]
) -> AsyncGenerator[T, None]:
    """As `pass_sync`; closes with `aclose`, or with a `close` that may be a coroutine."""
    try:
        async for item in items:
            first_item()
            yield item
    finally:
        close = getattr(items, "aclose", None) or getattr(items, "close", None)
        if callable(close):
            closing = close()
            if isinstance(closing, Awaitable):
                await closing
