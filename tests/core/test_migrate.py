from __future__ import annotations

import pytest

from longpole.core.errors import MigrationError
from longpole.core.store import Generated, Store, migrate


def test_applies_once_and_in_order(any_empty_store: Store) -> None:
    applied = migrate(any_empty_store, [])
    assert applied == sorted(applied) and len(applied) >= 13
    assert migrate(any_empty_store, []) == []


def test_a_generated_view_is_replaced_when_its_text_changes(any_store: Store) -> None:
    first = Generated("one_view", "CREATE VIEW one_view AS SELECT 1 AS x")
    second = Generated("one_view", "CREATE VIEW one_view AS SELECT 2 AS x")
    assert migrate(any_store, [first]) == ["one_view"]
    assert migrate(any_store, [first]) == []
    assert migrate(any_store, [second]) == ["one_view"]
    assert any_store.rows("SELECT x FROM one_view") == [{"x": 2}]


def test_a_store_from_a_newer_version_is_refused(any_store: Store) -> None:
    any_store.command("INSERT INTO schema_version (Name, Hash) VALUES ('9999_future.sql', 'x')")
    with pytest.raises(MigrationError, match="9999_future"):
        migrate(any_store, [])


def test_a_changed_migration_is_refused(any_store: Store) -> None:
    any_store.command("INSERT INTO schema_version (Name, Hash) VALUES ('0006_spans.sql', 'x')")
    with pytest.raises(MigrationError, match="0006_spans"):
        migrate(any_store, [])
