"""One store for all tests of the trace page; each test uses traces of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from longpole.core.schema import upgrade
from longpole.core.settings import StoreSettings
from longpole.core.store import Store


@pytest.fixture
def traces_store(engine_folder: Path) -> Iterator[Store]:
    """A migrated store that tests add traces to; kept between tests, but open in one at a time.

    The engine folder is locked by one open store, so this cannot be mixed with `store`.
    """
    store = Store(StoreSettings(url=f"chdb://{engine_folder}?database=ui_trace"))
    upgrade(store)
    yield store
    store.close()


@pytest.fixture(scope="session")
def written() -> set[str]:
    """Names of test modules whose traces are in the store already."""
    return set()


@pytest.fixture
def trace_id() -> str:
    """A trace id that no other test uses."""
    return uuid.uuid4().hex
