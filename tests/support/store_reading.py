"""Rows of a store whose process has ended, read in a process of its own.

A process can open one embedded engine only, and other tests of the run may have opened theirs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from longpole.core.settings import StoreSettings
from longpole.core.store import Store

TABLES = """
SELECT name FROM system.tables
WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name
"""


def rows_of(folder: Path, *queries: str) -> list[list[dict[str, Any]]]:
    """The rows of each query; what JSON does not know comes as text."""
    answers: list[list[dict[str, Any]]] = json.loads(_ask(folder, *queries))
    return answers


def texts_of(folder: Path) -> dict[str, str]:
    """Every row of every table, as one text a table."""
    (tables,) = rows_of(folder, TABLES)
    names = [table["name"] for table in tables]
    rows = rows_of(folder, *(f"SELECT * FROM `{name}`" for name in names))
    return {
        name: json.dumps(found, ensure_ascii=False) for name, found in zip(names, rows, strict=True)
    }


def _ask(folder: Path, *queries: str) -> str:
    line = [sys.executable, __file__, str(folder)]
    done = subprocess.run(line, input=json.dumps(queries), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _answer(folder: str, queries: list[str]) -> list[list[dict[str, Any]]]:
    store = Store(StoreSettings(url=f"chdb://{folder}"))
    try:
        return [store.rows(query) for query in queries]
    finally:
        store.close()


if __name__ == "__main__":
    json.dump(_answer(sys.argv[1], json.load(sys.stdin)), sys.stdout, default=str)
