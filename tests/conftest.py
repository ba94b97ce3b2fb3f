"""Fixtures shared by all tests: a real ClickHouse engine, a fresh database for each test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from longpole.core.settings import StoreSettings
from longpole.core.store import Store, migrate

_numbers = itertools.count()


@pytest.fixture(scope="session")
def engine_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engine allows one path a process, so all tests share the folder."""
    return tmp_path_factory.mktemp("engine")


@pytest.fixture
def empty_store(engine_folder: Path) -> Iterator[Store]:
    """A store whose database has no table yet."""
    store = Store(StoreSettings(url=f"chdb://{engine_folder}?database=t{next(_numbers)}"))
    yield store
    store.command(f"DROP DATABASE IF EXISTS {store.database}")
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """A migrated store."""
    migrate(empty_store, [])
    return empty_store
