"""Fixtures shared by all tests: a real ClickHouse engine, embedded or over HTTP.

`pytest --clickhouse both` runs every test that asks for a store twice: on the embedded engine and
over HTTP. HTTP means `tests/clickhouse_http/server.py` or, if LONGPOLE_TEST_CLICKHOUSE_URL names
one (`clickhouse://user:password@host:8123`), a real server; naming one is asking for `http`. Tests
marked slow start processes with stores of their own and run once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import chdb
import hypothesis
import pytest
from databases import Databases

from longpole.core.settings import StoreSettings
from longpole.core.store import Store
from longpole.core.store.client import engine_options

# How long an example takes says nothing on a machine that does other things too.
hypothesis.settings.register_profile("longpole", deadline=None)
hypothesis.settings.load_profile("longpole")

HTTP_FIXTURE = Path(__file__).parent / "clickhouse_http" / "server.py"
SERVER = os.environ.get("LONGPOLE_TEST_CLICKHOUSE_URL", "")  # noqa: TID251 - for tests only
TRANSPORTS = {"embedded": ["embedded"], "http": ["http"], "both": ["embedded", "http"]}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--clickhouse", choices=TRANSPORTS, default="http" if SERVER else "embedded",
        help="where tests that need a store run (default: %(default)s)",
    )  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Session scope, so that all tests of one transport run before those of the other."""
    if "clickhouse" in metafunc.fixturenames:
        once = metafunc.definition.get_closest_marker("slow")
        asked = "embedded" if once else metafunc.config.getoption("--clickhouse")
        metafunc.parametrize("clickhouse", TRANSPORTS[asked], indirect=True, scope="session")


@pytest.fixture(scope="session")
def clickhouse(request: pytest.FixtureRequest) -> str:
    """`embedded` or `http`."""
    return str(request.param)


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a ClickHouse server without a database name."""
    if SERVER:
        yield SERVER.rstrip("/")
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


@pytest.fixture(scope="session")
def embedded_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The embedded engine; one folder, because a process can open only one."""
    folder = tmp_path_factory.mktemp("engine")
    # The engine stops with its last connection; to start it for each test takes longer than most.
    options = engine_options(StoreSettings(url=f"chdb://{folder}"))
    with closing(chdb.connect(f"{folder}/clickhouse?{urlencode(options)}")):  # type: ignore[no-untyped-call]
        yield Databases(lambda name: f"chdb://{folder}?database={name}")


@pytest.fixture(scope="session")
def http_databases(server_url: str) -> Iterator[Databases]:
    """The server, left as it was found."""
    made = Databases(lambda name: f"{server_url}/{name}")
    yield made
    made.drop()


@pytest.fixture(scope="session")
def databases(clickhouse: str, request: pytest.FixtureRequest) -> Databases:
    """The databases of the engine asked for; both live as long as the run."""
    found: Databases = request.getfixturevalue(f"{clickhouse}_databases")
    return found


@pytest.fixture
def empty_store(databases: Databases) -> Iterator[Store]:
    """A store whose database has no table yet."""
    with databases.fresh() as opened:
        yield opened


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """A store with the whole schema and no rows."""
    with databases.migrated() as opened:
        yield opened
