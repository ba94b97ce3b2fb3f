"""Which project a request is about: named in the address, or the one that has data.

The name in the address is bound like the store is, so that every query reads it and every link
carries it on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from longpole.core.access import DEFAULT_PROJECT, project_name
from longpole.core.errors import InputError

PARAMETER = "project"
_named: ContextVar[str] = ContextVar("longpole_project", default="")


@contextmanager
def bound(name: str) -> Iterator[None]:
    """Read and link this project in this context; empty: the one that `choose` picks."""
    token = _named.set(name)
    try:
        yield
    finally:
        _named.reset(token)


def named() -> str:
    """The project the address names; empty where it names none."""
    return _named.get()


def given(query: Mapping[str, object]) -> str:
    """The name in a query string, checked; empty where there is none. Raises InputError."""
    value = query.get(PARAMETER) or ""
    if isinstance(value, list):
        if len(set(value)) > 1:
            raise InputError(f"project is named {len(value)} times; name one")
        value = value[0]
    return project_name(str(value)) if value else ""


def choose(with_data: Sequence[str]) -> str:
    """What an address without a project means: `default`, or the only one that has data."""
    return with_data[0] if len(with_data) == 1 else DEFAULT_PROJECT


def as_query() -> dict[str, str]:
    """The query parameter that links inside the app carry on."""
    return {PARAMETER: named()} if named() else {}
