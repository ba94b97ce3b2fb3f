"""The one seam to ClickHouse: embedded engine or server, the same calls and the same SQL.

A clickhouse-connect client serves one thread at a time, so the store keeps a pool of readers and
one of writers: the OTLP writer never waits for the insert of a job. All methods block; call them
from a thread, never from an event loop.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import clickhouse_connect
import polars as pl
import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError

from longpole.core.errors import StoreError, StoreMemoryError, StoreUnavailableError
from longpole.core.settings import StoreSettings
from longpole.core.store.deduplication import repair_deduplication
from longpole.core.store.lock import FolderLock
from longpole.core.store.pool import Pool
from longpole.core.store.url import EmbeddedUrl, ServerUrl, parse_url

Parameters = Mapping[str, object]
# Days and hours are UTC wherever the process or server runs.
SESSION_SETTINGS: dict[str, Any] = {"session_timezone": "UTC"}
WRITE_SETTINGS: dict[str, Any] = {
    "async_insert": 0,
    "max_partitions_per_insert_block": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
}
# What the store says of itself and not of the rows: too many parts, no space, no memory, read-only,
# busy, an unsure replica, a lost keeper, a changed password.
NOT_NOW = frozenset(
    {192, 193, 194, 202, 209, 210, 225, 241, 242, 243, 252, 319, 439, 497, 516, 999}
)
NO_MEMORY = 241
WRITERS = 10  # one for each signal, their reports, and one for each job


class Store:
    """Queries in, polars frames out; frames and raw bodies in."""

    def __init__(self, settings: StoreSettings) -> None:
        self.settings = settings
        self.url = parse_url(settings.url)
        self._lock = FolderLock(self.url.folder) if isinstance(self.url, EmbeddedUrl) else None
        self._closed = False
        self._readers = Pool(settings.readers, lambda: self._connect(self._read_limits()))
        self._writers = Pool(WRITERS, lambda: self._connect({}))
        try:
            if isinstance(self.url, EmbeddedUrl):
                repair_deduplication(_engine_folder(self.url))
            # The first connection tells at once whether the store can be reached.
            with self._writing_client():
                pass
        except StoreError:
            self.close()
            raise

    @property
    def embedded(self) -> bool:
        """Whether the engine runs in this process."""
        return isinstance(self.url, EmbeddedUrl)

    @property
    def database(self) -> str:
        """The database all statements run in."""
        return self.url.database

    def frame(
        self, sql: str, parameters: Parameters | None = None, **settings: object
    ) -> pl.DataFrame:
        """Run a query and return its rows. Typed parameters: `{name:Type}` in the text.

        DateTime64 columns arrive as datetimes in UTC, DateTime columns as seconds since 1970.

        Settings given here hold for this query only; each costs the embedded engine three more
        statements, so those that always hold are set when a client connects.
        """
        with self._reader() as client:
            table = client.query_arrow(sql, parameters=dict(parameters or {}), settings=settings)
        frame = pl.from_arrow(_checked(table, sql))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def rows(self, sql: str, parameters: Parameters | None = None) -> list[dict[str, Any]]:
        """Run a query and return its rows as dictionaries; for small answers."""
        return self.frame(sql, parameters).to_dicts()

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        """Append rows; columns are matched by name, missing ones get their default."""
        if frame.is_empty():
            return
        with self._writing_client() as client:
            client.insert_arrow(table, frame.to_arrow(), settings=WRITE_SETTINGS)

    def insert_raw(
        self, table: str, body: bytes, fmt: str, settings: Mapping[str, object] | None = None
    ) -> None:
        """Append bytes that ClickHouse itself reads, such as protobuf.

        The driver repeats an insert whose connection broke before the answer; the token lets the
        store tell that it has these bytes already. Give `insert_deduplication_token` to repeat an
        insert on purpose.
        """
        token = {"insert_deduplication_token": uuid.uuid4().hex}
        merged = {**WRITE_SETTINGS, **token, **(settings or {})}
        with self._writing_client() as client:
            client.raw_insert(table, insert_block=body, fmt=fmt, settings=merged)

    def command(self, sql: str, parameters: Parameters | None = None) -> None:
        """Run a statement that returns no rows."""
        with self._writing_client() as client:
            client.command(sql, parameters=dict(parameters or {}))

    def run_each(self, statements: Sequence[str]) -> None:
        """Run statements in order."""
        for statement in statements:
            self.command(statement)

    def ping(self) -> bool:
        """Whether the store answers."""
        try:
            return self.frame("SELECT 1 AS one").height == 1
        except StoreError:
            return False

    def close(self) -> None:
        """Finish what runs, close every connection, let go of the folder. Safe to call twice."""
        self._closed = True
        self._writers.close()
        self._readers.close()
        if self._lock:
            self._lock.release()
            self._lock = None

    @contextmanager
    def _writing_client(self) -> Iterator[Client]:
        with _waitable(), _translated(self.url), self._writers.client() as client:
            yield client

    @contextmanager
    def _reader(self) -> Iterator[Client]:
        with _translated(self.url), self._readers.client() as client:
            yield client

    def _read_limits(self) -> dict[str, Any]:
        return {
            "max_execution_time": self.settings.query_seconds,
            "max_memory_usage": self.settings.query_memory_mib << 20,
        }

    def _connect(self, limits: Mapping[str, Any]) -> Client:
        # Closing leaves no connection, so that every call comes here.
        if self._closed:
            raise StoreError("the store is closed")
        settings = {**SESSION_SETTINGS, **limits}
        with _translated(self.url):
            if isinstance(self.url, EmbeddedUrl):
                return _open_embedded(self.url, engine_options(self.settings), settings)
            return _open_server(self.url, settings)


def engine_options(settings: StoreSettings) -> dict[str, str]:
    """What the embedded engine is started with; the same for each connection of a process."""
    return {
        "background_pool_size": str(settings.background_threads),
        "max_server_memory_usage": str(settings.memory_mib << 20),
        "mark_cache_size": str(settings.memory_mib << 17),
    }


def _engine_folder(url: EmbeddedUrl) -> Path:
    return url.folder / "clickhouse"


def _open_embedded(url: EmbeddedUrl, options: dict[str, str], settings: dict[str, Any]) -> Client:
    client = clickhouse_connect.get_client(
        interface="chdb", path=str(_engine_folder(url)), chdb_options=options, settings=settings
    )
    return _in_database(client, url.database)


def _open_server(url: ServerUrl, settings: dict[str, Any]) -> Client:
    login: dict[str, Any] = {
        "host": url.host, "port": url.port, "username": url.user,
        "password": url.password, "secure": url.secure,
    }  # fmt: skip
    # Without a session: an insert that outlives its answer would lock it for the next ones.
    client = clickhouse_connect.get_client(
        **login, settings=settings, autogenerate_session_id=False
    )
    return _in_database(client, url.database)


def _in_database(client: Client, database: str) -> Client:
    client.command(f"CREATE DATABASE IF NOT EXISTS `{database}`")
    client.database = database
    return client


@contextmanager
def _translated(url: EmbeddedUrl | ServerUrl) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailableError(
            f"the store {_place(url)} cannot be reached ({_reason(error)}); "
            "check that it runs and that the address (--store) is right"
        ) from error
    except pa.ArrowInvalid as error:
        raise StoreError(
            "the statement gives no table of rows; ask with SELECT, or SELECT * FROM (EXPLAIN ...)"
        ) from error
    except ClickHouseError as error:
        raise StoreError(f"the store refused a statement: {_one_line(error)}") from error


def _checked(table: pa.Table, sql: str) -> pa.Table:
    """The table, if all its text is UTF-8: polars would take it unseen and bring a thread down.

    ClickHouse stores any bytes as text, and a collector may write into its tables directly.
    """
    try:
        table.validate(full=True)
    except pa.ArrowInvalid as error:
        question = sql.strip().partition("\n")[0].removeprefix("-- ")[:200]
        raise StoreError(
            f"the answer to {question!r} cannot be read: {_one_line(error)}; a column holds text "
            "that is not UTF-8, read it with toValidUTF8()"
        ) from None
    return table


@contextmanager
def _waitable() -> Iterator[None]:
    """Tell rows that the store refuses from a store that cannot take any: those are kept."""
    try:
        yield
    except StoreError as error:
        code = getattr(error.__cause__, "code", None)
        if code not in NOT_NOW:
            raise
        kind = StoreMemoryError if code == NO_MEMORY else StoreUnavailableError
        raise kind(f"{error}; the fault is not in the data") from error


def _place(url: EmbeddedUrl | ServerUrl) -> str:
    return f"in {url.folder}" if isinstance(url, EmbeddedUrl) else f"at {url.host}:{url.port}"


def _reason(error: Exception) -> str:
    """What the network said, without the query text that the HTTP client repeats."""
    return _one_line(getattr(error.__cause__, "reason", None) or error)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:2000]
