"""Every SQL file is a statement that the store takes, whichever transport carries it."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from longpole.core.errors import StoreError
from longpole.core.store import Store, load_sql
from longpole.ui.architecture import statements as path_statements
from longpole.ui.search import statement

FOLDER = Path(str(files("longpole.core"))) / "sql"
PART = "ui/traces_where"  # no statement of its own: the searches contain it
PATHS = "ui/path_"  # put together by longpole.ui.architecture.statements
CHANGES = {  # no answer
    "jobs/retention_drop", "jobs/retention_delete", "jobs/retention_ids_delete",
    "prices/write_totals",
}  # fmt: skip
PARAMETER = re.compile(r"\{(\w+):([\w()]+)\}")
VALUES: dict[str, object] = {
    "String": "it's \\ 50 % & one=two",
    "Int64": 1_700_000_000,
    "UInt64": 1,
    "UInt32": 60,
    "Date": "2026-11-24",
    "Float64": 0.5,
    "Array(String)": ["a", "it's"],
    "Array(Int64)": [1_700_000_000],
    "Array(UInt16)": [20_000, 20_001],
}
NAMED: dict[str, object] = {"table": "traces", "time": "Start"}


def statements() -> dict[str, str]:
    """Every file by its name, searches put together as the UI does."""
    names = [path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.sql")]
    answering = {name for name in names if not name.startswith(PATHS)} - CHANGES - {PART}
    texts = {name: load_sql(name) for name in answering}
    searches = [name for name, text in texts.items() if "$matching" in text]
    texts |= path_statements.every()
    return texts | {name: statement(name.removeprefix("ui/")) for name in searches}


def test_the_store_takes_every_file(store: Store) -> None:
    texts = statements()
    assert len(texts) >= 40
    assert any(load_sql(PART) in text for text in texts.values())
    refused = {}
    for name, text in texts.items():
        values = {name: NAMED.get(name) or VALUES[kind] for name, kind in PARAMETER.findall(text)}
        try:
            assert store.frame(text, values).width > 0, name
        except StoreError as error:
            refused[name] = str(error)[:500]
    assert refused == {}
