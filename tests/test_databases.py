"""The shared database of the tests is as new for each: no rows, no repeated insert, no change."""

from __future__ import annotations

from databases import Databases

from longpole.core.store import Store

BODY = b'{"Timestamp": "2026-11-23 10:00:00", "TraceId": "a", "SpanId": "b"}'
FED = ("otel_traces", "otel_traces_trace_id_ts", "trace_arrivals", "spans")


def fill(store: Store) -> list[int]:
    """Insert one span under a token that is always the same; rows of each table it feeds."""
    store.insert_raw("otel_traces", BODY, "JSONEachRow", {"insert_deduplication_token": "once"})
    return [count(store, table) for table in FED]


def count(store: Store, table: str) -> int:
    return int(store.rows(f"SELECT count() AS n FROM {table}")[0]["n"])


def test_rows_and_tokens_are_gone(databases: Databases) -> None:
    for _ in range(2):
        with databases.migrated() as store:
            assert [count(store, table) for table in FED] == [0] * len(FED)
            assert fill(store) == [1] * len(FED)
            assert fill(store) == [1] * len(FED)


def test_a_changed_schema_is_gone(databases: Databases) -> None:
    for change in ("ALTER TABLE spans ADD COLUMN Odd UInt8", "TRUNCATE TABLE schema_version"):
        with databases.migrated() as store:
            before = store.database
            store.command(change)
        with databases.migrated() as store:
            assert store.database != before
            assert "Odd" not in store.frame("SELECT * FROM spans").columns
            assert count(store, "schema_version") > 0


def test_what_is_kept_is_kept_and_what_is_fresh_is_dropped(databases: Databases) -> None:
    with databases.fresh() as store:
        name = store.database
        store.command("CREATE TABLE n (n UInt8) ENGINE = MergeTree ORDER BY n")
    with databases.opened("kept") as store:
        store.command("CREATE TABLE IF NOT EXISTS n (n UInt8) ENGINE = MergeTree ORDER BY n")
        found = store.rows("SELECT name FROM system.databases WHERE name = {n:String}", {"n": name})
        assert found == []
    with databases.opened("kept") as store:
        assert count(store, "n") == 0
