from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from longpole.core.errors import MigrationError
from longpole.core.schema import generated_views, upgrade
from longpole.core.store import Generated, Store, migrate


def test_applies_once_and_in_order(any_empty_store: Store) -> None:
    applied = migrate(any_empty_store, [])
    assert applied == sorted(applied) and len(applied) >= 13
    assert migrate(any_empty_store, []) == []


def test_goes_on_where_a_killed_process_stopped(any_store: Store) -> None:
    # Killed between each statement and its record.
    any_store.command("TRUNCATE TABLE schema_version")
    assert len(migrate(any_store, [])) >= 13
    assert migrate(any_store, []) == []


def test_processes_may_start_at_once(any_empty_store: Store) -> None:
    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(upgrade, any_empty_store) for _ in range(3)]:
            done.result()
    assert migrate(any_empty_store, generated_views()) == []
    views = any_empty_store.frame("SHOW TABLES LIKE '%mv'")
    assert views.height == 4


def test_a_view_that_inserts_go_through_is_never_away(any_empty_store: Store) -> None:
    any_empty_store.run_each(
        [
            "CREATE TABLE source (x UInt8) ENGINE = Null",
            "CREATE TABLE kept (x UInt8, y UInt8 DEFAULT 0) ENGINE = MergeTree ORDER BY x",
        ]
    )
    create = "CREATE MATERIALIZED VIEW source_mv TO kept AS\nSELECT x FROM source"
    migrate(any_empty_store, [Generated("source_mv", create)])
    uuid = (
        "SELECT toString(uuid) AS id FROM system.tables"
        " WHERE name = 'source_mv' AND database = currentDatabase()"
    )
    before = any_empty_store.rows(uuid)
    changed = create.replace("SELECT x", "SELECT x, 7 AS y")
    assert migrate(any_empty_store, [Generated("source_mv", changed)]) == ["source_mv"]
    any_empty_store.command("INSERT INTO source VALUES (1)")
    assert any_empty_store.rows("SELECT x, y FROM kept") == [{"x": 1, "y": 7}]
    assert any_empty_store.rows(uuid) == before, "changed in place"


def test_a_generated_view_is_replaced_when_its_text_changes(any_store: Store) -> None:
    first = Generated("one_view", "CREATE OR REPLACE VIEW one_view AS SELECT 1 AS x")
    second = Generated("one_view", "CREATE OR REPLACE VIEW one_view AS SELECT 2 AS x")
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
