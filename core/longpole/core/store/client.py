"""The one seam to ClickHouse: embedded engine or server, the same calls and the same SQL.

A clickhouse-connect client serves one thread at a time, so the store keeps one writer client and a
pool of readers. All methods block; call them from a thread, never from an event loop.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import clickhouse_connect
import polars as pl
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError
from pyarrow import ArrowInvalid

from longpole.core.errors import StoreError, StoreUnavailableError
from longpole.core.settings import StoreSettings
from longpole.core.store.lock import FolderLock
from longpole.core.store.url import EmbeddedUrl, ServerUrl, parse_url

Parameters = Mapping[str, object]
# Days and hours are UTC wherever the process or server runs.
SESSION_SETTINGS: dict[str, Any] = {"session_timezone": "UTC"}
WRITE_SETTINGS: dict[str, Any] = {"async_insert": 0, "max_partitions_per_insert_block": 0}


class Store:
    """Queries in, polars frames out; frames and raw bodies in."""

    def __init__(self, settings: StoreSettings) -> None:
        self.settings = settings
        self.url = parse_url(settings.url)
        self._lock = FolderLock(self.url.folder) if isinstance(self.url, EmbeddedUrl) else None
        self._writing = threading.Lock()
        self._idle: queue.LifoQueue[Client] = queue.LifoQueue()
        self._clients: list[Client] = []
        self._slots = threading.BoundedSemaphore(settings.readers)
        self._closed = False
        try:
            self._writer = self._connect({})
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
        frame = pl.from_arrow(table)
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
        """Append bytes that ClickHouse itself reads, such as protobuf."""
        merged = {**WRITE_SETTINGS, **(settings or {})}
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
        """Close every connection and let go of the folder. Safe to call twice."""
        self._closed = True
        with self._writing:
            for client in self._clients:
                client.close()
            self._clients.clear()
        if self._lock:
            self._lock.release()
            self._lock = None

    @contextmanager
    def _writing_client(self) -> Iterator[Client]:
        with self._writing, _translated(self.url):
            self._check_open()
            yield self._writer

    @contextmanager
    def _reader(self) -> Iterator[Client]:
        with self._slots, _translated(self.url):
            self._check_open()
            try:
                client = self._idle.get_nowait()
            except queue.Empty:
                client = self._connect(self._read_limits())
            try:
                yield client
            except BaseException:
                # The embedded engine puts the beginning of a failed answer before the next one.
                self._discard(client)
                raise
            self._idle.put(client)

    def _discard(self, client: Client) -> None:
        client.close()
        with suppress(ValueError):
            self._clients.remove(client)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("the store is closed")

    def _read_limits(self) -> dict[str, Any]:
        return {
            "max_execution_time": self.settings.query_seconds,
            "max_memory_usage": self.settings.query_memory_mib << 20,
        }

    def _connect(self, limits: Mapping[str, Any]) -> Client:
        settings = {**SESSION_SETTINGS, **limits}
        with _translated(self.url):
            client = (
                _open_embedded(self.url, self.settings.background_threads, settings)
                if isinstance(self.url, EmbeddedUrl)
                else _open_server(self.url, settings)
            )
        self._clients.append(client)
        return client


def _open_embedded(url: EmbeddedUrl, threads: int, settings: dict[str, Any]) -> Client:
    path = str(url.folder / "clickhouse")
    options = {"background_pool_size": str(threads)}
    client = clickhouse_connect.get_client(
        interface="chdb", path=path, chdb_options=options, settings=settings
    )
    return _in_database(client, url.database)


def _open_server(url: ServerUrl, settings: dict[str, Any]) -> Client:
    login: dict[str, Any] = {
        "host": url.host, "port": url.port, "username": url.user,
        "password": url.password, "secure": url.secure,
    }  # fmt: skip
    return _in_database(clickhouse_connect.get_client(**login, settings=settings), url.database)


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
    except ArrowInvalid as error:
        raise StoreError(
            "the statement gives no table of rows; ask with SELECT, or SELECT * FROM (EXPLAIN ...)"
        ) from error
    except ClickHouseError as error:
        raise StoreError(f"the store refused a statement: {_one_line(error)}") from error


def _place(url: EmbeddedUrl | ServerUrl) -> str:
    return f"in {url.folder}" if isinstance(url, EmbeddedUrl) else f"at {url.host}:{url.port}"


def _reason(error: Exception) -> str:
    """What the network said, without the query text that the HTTP client repeats."""
    return _one_line(getattr(error.__cause__, "reason", None) or error)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:2000]
