from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from longpole.core.errors import MigrationError
from longpole.core.schema import generated_views, upgrade
from longpole.core.settings import NormalizeSettings
from longpole.core.store import Generated, Store, migrate
from longpole.core.store.migrate import migration_files


def test_applies_once_and_in_order(empty_store: Store) -> None:
    applied = migrate(empty_store, [])
    assert applied == sorted(applied) and len(applied) >= 13
    assert migrate(empty_store, []) == []


def test_goes_on_where_a_killed_process_stopped(store: Store) -> None:
    # Killed between each statement and its record.
    store.command("TRUNCATE TABLE schema_version")
    assert len(migrate(store, [])) >= 13
    assert migrate(store, []) == []


def test_processes_may_start_at_once(empty_store: Store) -> None:
    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(upgrade, empty_store) for _ in range(3)]:
            done.result()
    assert migrate(empty_store, generated_views()) == []
    views = empty_store.frame("SHOW TABLES LIKE '%mv'")
    texts = [*migration_files().values(), *(made.create for made in generated_views())]
    assert views.height == sum("CREATE MATERIALIZED VIEW" in text for text in texts)


def test_a_view_that_inserts_go_through_is_never_away(empty_store: Store) -> None:
    empty_store.run_each(
        [
            "CREATE TABLE source (x UInt8) ENGINE = Null",
            "CREATE TABLE kept (x UInt8, y UInt8 DEFAULT 0) ENGINE = MergeTree ORDER BY x",
        ]
    )
    create = "CREATE MATERIALIZED VIEW source_mv TO kept AS\nSELECT x FROM source"
    migrate(empty_store, [Generated("source_mv", create)])
    uuid = (
        "SELECT toString(uuid) AS id FROM system.tables"
        " WHERE name = 'source_mv' AND database = currentDatabase()"
    )
    before = empty_store.rows(uuid)
    changed = create.replace("SELECT x", "SELECT x, 7 AS y")
    assert migrate(empty_store, [Generated("source_mv", changed)]) == ["source_mv"]
    empty_store.command("INSERT INTO source VALUES (1)")
    assert empty_store.rows("SELECT x, y FROM kept") == [{"x": 1, "y": 7}]
    assert empty_store.rows(uuid) == before, "changed in place"


def test_a_generated_view_is_replaced_when_its_text_changes(store: Store) -> None:
    first = Generated("one_view", "CREATE OR REPLACE VIEW one_view AS SELECT 1 AS x")
    second = Generated("one_view", "CREATE OR REPLACE VIEW one_view AS SELECT 2 AS x")
    assert migrate(store, [first]) == ["one_view"]
    assert migrate(store, [first]) == []
    assert migrate(store, [second]) == ["one_view"]
    assert store.rows("SELECT x FROM one_view") == [{"x": 2}]


def test_a_store_from_a_newer_version_is_refused(store: Store) -> None:
    store.command("INSERT INTO schema_version (Name, Hash) VALUES ('9999_future.sql', 'x')")
    with pytest.raises(MigrationError, match="9999_future"):
        migrate(store, [])


def test_a_changed_migration_is_refused(store: Store) -> None:
    store.command("INSERT INTO schema_version (Name, Hash) VALUES ('0006_spans.sql', 'x')")
    with pytest.raises(MigrationError, match="0006_spans"):
        migrate(store, [])


def test_who_does_not_ingest_leaves_the_views_of_who_does(empty_store: Store) -> None:
    rows = NormalizeSettings.model_validate({"fields": [{"field": "user_id", "key": "acme.user"}]})
    upgrade(empty_store, rows)
    assert upgrade(empty_store, replace_views=False) == []
    assert upgrade(empty_store, rows) == []
    assert upgrade(empty_store) == ["spans_mv", "log_facts_mv"]
