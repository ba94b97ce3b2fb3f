"""The spool's SQLite file: WAL mode, full sync; its tables, and how older ones become them."""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

from longpole.ingest.spool import ledger

FILE = "ingest.sqlite"
BUSY_S = 60.0
VERSION = 2
LOG_PAGES = 256  # of 32 KiB; one commit may add intake.COMMIT_BYTES
# `frames` comes last: sums over the other columns then never read it.
SCHEMA = f"""
BEGIN;
CREATE TABLE IF NOT EXISTS queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    signal TEXT NOT NULL,
    project TEXT NOT NULL,
    items INTEGER NOT NULL,
    size INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    frames BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS queue_order
    ON queue (signal, id, size, items, project, received_ms);
CREATE TABLE IF NOT EXISTS batch (
    signal TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS seen (digest BLOB PRIMARY KEY, seen_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_age ON seen (seen_ms);
CREATE TABLE IF NOT EXISTS replayed (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS identity (name TEXT NOT NULL);
{ledger.SCHEMA};
COMMIT;
"""
# Version 1 knew spans only. Ids and the batch that was begun stay, so that the store still
# recognises an insert that it has already.
FROM_1 = """
BEGIN;
INSERT INTO queue (id, signal, project, items, size, received_ms, frames)
    SELECT id, 'traces', 'default', spans, size, received_ms, frames FROM request;
INSERT INTO batch SELECT 'traces', first, last FROM begun;
INSERT INTO ledger
    SELECT 'default', 'traces', kind, '', total(spans), count(*), total(size)
    FROM request, (SELECT 'accepted' AS kind UNION ALL SELECT 'waiting')
    GROUP BY kind HAVING count(*) > 0;
INSERT INTO ledger
    SELECT 'default', 'traces', kind, iif(kind = 'rejected', 'store_refused', ''),
        total(spans), count(*), total(length(frames))
    FROM refused, (SELECT 'accepted' AS kind UNION ALL SELECT 'rejected')
    GROUP BY kind HAVING count(*) > 0
    ON CONFLICT DO UPDATE SET
        items = items + excluded.items, requests = requests + excluded.requests,
        bytes = bytes + excluded.bytes;
DROP TABLE request;
DROP TABLE begun;
PRAGMA user_version = 2;
COMMIT;
"""


def connect(folder: Path) -> sqlite3.Connection:
    """A connection to the spool in a folder; one thread at a time may use it."""
    connection = sqlite3.connect(folder / FILE, timeout=BUSY_S, check_same_thread=False)
    connection.execute("PRAGMA page_size = 32768")
    # Of a file that exists already this changes nothing; an older one never gets smaller.
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
    return connection


def prepare(connection: sqlite3.Connection) -> str:
    """Bring the tables up to date; returns the name of this spool.

    The name tells the insert tokens of this spool from those of others that use the same store.
    """
    connection.executescript(SCHEMA)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "request" in tables:
        connection.executescript(FROM_1)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    with connection:
        connection.execute(
            "INSERT INTO identity SELECT ? WHERE NOT EXISTS (SELECT 1 FROM identity)",
            (uuid.uuid4().hex,),
        )
    return str(connection.execute("SELECT name FROM identity").fetchone()[0])


def refused_of_version_1(connection: sqlite3.Connection) -> list[tuple[int, int, int, str, bytes]]:
    """(id, spans, refused_ms, reason, frames) that version 1 kept in the file; else nothing."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'refused'").fetchone()
    if not found:
        return []
    return list(connection.execute("SELECT id, spans, refused_ms, reason, frames FROM refused"))
