"""One store for all tests of the trace page; each test uses traces of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from databases import Databases

from longpole.core.schema import upgrade
from longpole.core.store import Store


@pytest.fixture
def traces_store(databases: Databases) -> Iterator[Store]:
    """A migrated store that tests add traces to; kept between tests, so not to mix with `store`."""
    with databases.opened("ui_trace") as store:
        upgrade(store)
        yield store


@pytest.fixture(scope="session")
def written(databases: Databases) -> set[str]:
    """Names of test modules whose traces are in the databases already."""
    return databases.filled


@pytest.fixture
def trace_id() -> str:
    """A trace id that no other test uses."""
    return uuid.uuid4().hex
