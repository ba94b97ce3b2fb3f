"""What the process that serves a page can do and where it listens; bound like the store is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from longpole.core.settings import Settings

# Called with an action (`replay` or `drop`), a spool and an id; blocks. Raises InputError where the
# spool or the letter is not known here.
DeadLetters = Callable[[str, str, str], None]


@dataclass(frozen=True)
class Instance:
    """One server of the UI. `dead_letters` is there where ingest runs in the same process."""

    settings: Settings
    dead_letters: DeadLetters | None = None
    host: str = "localhost"


_instance: ContextVar[Instance] = ContextVar("longpole_instance")


@contextmanager
def bound(instance: Instance) -> Iterator[None]:
    """Make pages and endpoints of this context speak of this server."""
    token = _instance.set(instance)
    try:
        yield
    finally:
        _instance.reset(token)


def current() -> Instance:
    """The server that answers the request at hand."""
    return _instance.get(Instance(Settings()))
