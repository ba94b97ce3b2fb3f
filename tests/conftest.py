"""Fixtures shared by all tests: a real ClickHouse engine, a fresh database for each test.

`store` is the embedded engine. Tests of the store itself ask for `any_store` and run twice: on the
embedded engine and over HTTP, there against `tests/clickhouse_http/server.py` or, if
LONGPOLE_TEST_CLICKHOUSE_URL names one (`clickhouse://user:password@host:8123`), a real server.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from longpole.core.settings import StoreSettings
from longpole.core.store import Store, migrate

HTTP_FIXTURE = Path(__file__).parent / "clickhouse_http" / "server.py"
SERVER_VARIABLE = "LONGPOLE_TEST_CLICKHOUSE_URL"

_numbers = itertools.count()


@pytest.fixture(scope="session")
def engine_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The engine allows one path a process, so all tests share the folder."""
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a ClickHouse server without a database name."""
    named = os.environ.get(SERVER_VARIABLE)  # noqa: TID251 - names a server for tests only
    if named:
        yield named.rstrip("/")
        return
    with served(tmp_path_factory.mktemp("server") / "clickhouse") as url:
        yield url


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """A running HTTP fixture; its address."""
    command = [sys.executable, str(HTTP_FIXTURE), str(folder), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder.parent) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@pytest.fixture
def serve_clickhouse() -> Callable[..., AbstractContextManager[str]]:
    """Start the HTTP fixture on a folder, with its options; for tests that stop or guard it."""
    return served


@contextmanager
def fresh(url: Callable[[str], str]) -> Iterator[Store]:
    """A store in a database of its own, dropped afterwards unless the test closed it."""
    opened = Store(StoreSettings(url=url(f"t{os.getpid()}_{next(_numbers)}")))
    yield opened
    if opened.ping():
        opened.command(f"DROP DATABASE IF EXISTS {opened.database}")
    opened.close()


@pytest.fixture
def empty_store(engine_folder: Path) -> Iterator[Store]:
    """A store whose database has no table yet."""
    with fresh(lambda name: f"chdb://{engine_folder}?database={name}") as opened:
        yield opened


@pytest.fixture
def store(empty_store: Store) -> Store:
    """A migrated store."""
    migrate(empty_store, [])
    return empty_store


@pytest.fixture(params=["embedded", "http"])
def any_empty_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store of each kind in turn."""
    if request.param == "embedded":
        yield request.getfixturevalue("empty_store")
        return
    server = request.getfixturevalue("server_url")
    with fresh(lambda name: f"{server}/{name}") as opened:
        yield opened


@pytest.fixture
def any_store(any_empty_store: Store) -> Store:
    """A migrated store of each kind in turn."""
    migrate(any_empty_store, [])
    return any_empty_store
