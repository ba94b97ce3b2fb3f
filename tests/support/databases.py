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

MIGRATED = "migrated"
TABLES = """
SELECT name, create_table_query, coalesce(total_rows, 0) > 0 AS filled FROM system.tables
WHERE database = currentDatabase() ORDER BY name
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
        name = f"fresh{len(self._made)}"
        with self.opened(name) as store:
            yield store
        # A test may have closed the store. At once: the engine would load it at each opening.
        with self.opened(MIGRATED) as other:
            other.command(f"DROP DATABASE {store.database} SYNC")

    @contextmanager
    def migrated(self) -> Iterator[Store]:
        """The shared database as `upgrade` makes it, without rows."""
        with self.opened(MIGRATED) as store:
            self._clean(store)
            yield store

    def drop(self) -> None:
        """Leave nothing behind on a server."""
        with self.opened(MIGRATED) as store:
            for name in self._made:
                store.command(f"DROP DATABASE IF EXISTS {name} SYNC")

    def _open(self, name: str) -> Store:
        full = f"t{os.getpid()}_{name}"
        self._made.add(full)
        return Store(StoreSettings(url=self._address(full)))

    def _clean(self, store: Store) -> None:
        """Take away every row; and everything, if the last test changed the schema."""
        tables = store.rows(TABLES)
        if self._schema is None or _schema(store, tables) != self._schema:
            store.run_each([f"{verb} DATABASE {store.database}" for verb in ("DROP", "CREATE")])
            upgrade(store)
            self._schema = _schema(store, store.rows(TABLES))
            return
        filled = [
            row["name"] for row in tables if row["filled"] and row["name"] != "schema_version"
        ]
        store.run_each([f"TRUNCATE TABLE `{name}` SYNC" for name in filled])


def _schema(store: Store, tables: list[dict[str, object]]) -> Schema:
    """The text of every table and view, and what is recorded as applied."""
    texts = [(str(row["name"]), str(row["create_table_query"])) for row in tables]
    if "schema_version" not in dict(texts):
        return texts, []
    return texts, [(row["Name"], row["Hash"]) for row in store.rows(RECORDS)]
