"""The only module of the UI that asks the store; async, so that no callback blocks the event loop.

The store of the request at hand is bound by `longpole.ui.serving`; several apps with several stores
can live in one process (tests do that).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import polars as pl

from longpole.core.store import Store, load_sql

PROJECT = "default"
_store: ContextVar[Store] = ContextVar("longpole_store")


@contextmanager
def reading(store: Store) -> Iterator[None]:
    """Bind the store that `ask` reads in this context."""
    token = _store.set(store)
    try:
        yield
    finally:
        _store.reset(token)


async def ask(question: str, parameters: Mapping[str, object] | None = None) -> pl.DataFrame:
    """Run `sql/ui/<question>.sql` in a thread. `{project:String}` is always bound."""
    return await ask_text(load_sql(f"ui/{question}"), parameters)


async def ask_text(sql: str, parameters: Mapping[str, object] | None = None) -> pl.DataFrame:
    """Run a statement that came from files, never from user input."""
    bound = {"project": PROJECT, **(parameters or {})}
    return await asyncio.to_thread(_store.get().frame, sql, bound)


async def store_answers() -> bool:
    """Whether the store can be reached now."""
    return await asyncio.to_thread(_store.get().ping)
