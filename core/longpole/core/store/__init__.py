"""ClickHouse, embedded or as a server, behind one small interface."""

from longpole.core.store.client import Store
from longpole.core.store.migrate import Generated, migrate
from longpole.core.store.sqlfiles import load_sql

__all__ = ["Generated", "Store", "load_sql", "migrate"]
