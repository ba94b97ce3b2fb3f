"""Databases for tests, alike on both transports, and one migrated database that tests share.

Creating the schema costs a third of a second of work, so it is made once; what a test left in it is
gone before the next one starts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from longpole.core.schema import upgrade
from longpole.core.settings import StoreSettings
from longpole.core.store import Store

HOME = "home"  # stays empty; other databases are dropped from here
TABLES = """
SELECT name, replaceAll(create_table_query, currentDatabase() || '.', '') AS text,
    coalesce(total_rows, 0) > 0 AS filled
FROM system.tables WHERE database = currentDatabase() ORDER BY name
"""
RECORDS = "SELECT Name, Hash FROM schema_version FINAL ORDER BY Name"
Schema = tuple[list[tuple[str, str]], list[tuple[str, str]]]


class Databases:
    """The databases of this test process on one engine; `address` makes a store's URL of a name.

    The embedded folder takes one open store at a time, so a test asks for one of its stores.
    """

    def __init__(self, address: Callable[[str], str]) -> None:
        self._address = address
        self._made: set[str] = set()
        self._shared = HOME
        self.filled: set[str] = set()  # what tests have put into databases that keep their rows
        self._schema: Schema | None = None

    @contextmanager
    def opened(self, name: str) -> Iterator[Store]:
        """A store in the database of that name, which keeps its rows until the end of the run."""
        store = self._open(name)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def fresh(self) -> Iterator[Store]:
        """A store in an empty database of its own."""
        name = self._new_name()
        with self.opened(name) as store:
            yield store
        # A test may have closed the store. At once: the engine would load it at each opening.
        with self.opened(HOME) as home:
            home.command(f"DROP DATABASE {store.database} SYNC")

    @contextmanager
    def migrated(self) -> Iterator[Store]:
        """The shared database as `upgrade` makes it, without rows."""
        with self.opened(self._shared) as store:
            as_made = self._clean(store)
            if as_made:
                yield store
        if not as_made:
            with self.opened(self._new_name()) as store:
                self._replace_shared(store)
                yield store

    def drop(self) -> None:
        """Leave nothing behind on a server."""
        with self.opened(HOME) as home:
            last = [home.database]  # a server refuses statements from a database that is gone
            for name in [*self._made.difference(last), *last]:
                home.command(f"DROP DATABASE IF EXISTS {name} SYNC")

    def _new_name(self) -> str:
        return f"made{len(self._made)}"

    def _full(self, name: str) -> str:
        return f"t{os.getpid()}_{name}"

    def _open(self, name: str) -> Store:
        self._made.add(self._full(name))
        return Store(StoreSettings(url=self._address(self._full(name))))

    def _clean(self, store: Store) -> bool:
        """Take away every row; False where the last test changed the schema."""
        tables = store.rows(TABLES)
        if self._schema is None or _schema(store, tables) != self._schema:
            return False
        filled = [row["name"] for row in tables if row["filled"]]
        filled.remove("schema_version")
        store.run_each([f"TRUNCATE TABLE `{name}` SYNC" for name in filled])
        return True

    def _replace_shared(self, store: Store) -> None:
        upgrade(store)
        self._schema = _schema(store, store.rows(TABLES))
        if self._shared != HOME:
            store.command(f"DROP DATABASE {self._full(self._shared)} SYNC")
        self._shared = store.database.removeprefix(self._full(""))


def _schema(store: Store, tables: list[dict[str, object]]) -> Schema:
    """The text of every table and view, and what is recorded as applied."""
    texts = [(str(row["name"]), str(row["text"])) for row in tables]
    if "schema_version" not in dict(texts):
        return texts, []
    return texts, [(row["Name"], row["Hash"]) for row in store.rows(RECORDS)]
