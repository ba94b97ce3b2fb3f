"""Numbered migrations, forward only, and the views that are generated from declarations.

A view's text is recorded by hash; when a new version of Longpole (or the user's own mapping)
generates another text, the view is changed. It then applies to spans that arrive from now on.

Several processes may do this at once, and one may be killed in between: a statement that was
carried out but not recorded is recorded by the next, and a view that others insert through is
changed in place, because spans that meet no view would be lost.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files

from longpole.core.errors import MigrationError, StoreError
from longpole.core.store.client import Store

VERSION_TABLE = """
CREATE TABLE IF NOT EXISTS schema_version (
    Name String,
    Hash String,
    AppliedAt DateTime64(6) DEFAULT now64(6)
) ENGINE = ReplacingMergeTree(AppliedAt) ORDER BY Name
"""


# What the store says of a statement that was carried out before.
DONE_BEFORE = ("TABLE_ALREADY_EXISTS", "DUPLICATE_COLUMN")
INSERT_VIEW = "CREATE MATERIALIZED VIEW "


@dataclass(frozen=True)
class Generated:
    """A table or view whose text comes from a declaration.

    `create` is a materialized view's `CREATE ... AS`, or a `CREATE OR REPLACE` of anything else.
    """

    name: str
    create: str

    @property
    def hash(self) -> str:
        """Tells one text from another."""
        return _hash(self.create)


def migrate(store: Store, generated: list[Generated], replace: bool = True) -> list[str]:
    """Bring the schema up to date; returns the names of what was applied.

    Without `replace`, generated views that are there already keep their text.

    Raises MigrationError when the store was written by a newer version, or when a migration that
    is already applied has another text here.
    """
    store.command(VERSION_TABLE)
    done = {
        row["Name"]: row["Hash"]
        for row in store.rows("SELECT Name, Hash FROM schema_version FINAL")
    }
    files_ = migration_files()
    _check(done, files_)
    applied = []
    for name, text in files_.items():
        if name not in done:
            _carry_out(store, text)
            _record(store, name, _hash(text))
            applied.append(name)
    for view in generated:
        recorded = done.get(f"view:{view.name}")
        if recorded != view.hash and (replace or recorded is None):
            _generate(store, view)
            _record(store, f"view:{view.name}", view.hash)
            applied.append(view.name)
    return applied


def _carry_out(store: Store, statement: str) -> bool:
    """Run a statement; False when the store says that it was run before."""
    try:
        store.command(statement)
        return True
    except StoreError as error:
        if any(word in str(error) for word in DONE_BEFORE):
            return False
        raise


def _generate(store: Store, view: Generated) -> None:
    if view.create.startswith(INSERT_VIEW):
        if not _carry_out(store, view.create):
            select = view.create.partition(" AS\n")[2]
            store.command(f"ALTER TABLE {view.name} MODIFY QUERY {select}")
    else:
        store.command(view.create)


def migration_files() -> dict[str, str]:
    """Name -> text of every migration, in order."""
    folder = files("longpole.core").joinpath("migrations")
    found = {item.name: item for item in folder.iterdir() if item.name.endswith(".sql")}
    return {name: found[name].read_text("utf-8") for name in sorted(found)}


def _check(done: dict[str, str], files_: dict[str, str]) -> None:
    for name, recorded in done.items():
        if name.startswith("view:"):
            continue
        if name not in files_:
            raise MigrationError(
                f"the store has migration {name}, which this version does not know; "
                "use the Longpole version that wrote it, or a newer one"
            )
        if _hash(files_[name]) != recorded:
            raise MigrationError(
                f"migration {name} was applied with another text; restore the original file"
            )


def _record(store: Store, name: str, digest: str) -> None:
    store.command(
        "INSERT INTO schema_version (Name, Hash) VALUES ({name:String}, {hash:String})",
        {"name": name, "hash": digest},
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
