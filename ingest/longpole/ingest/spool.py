"""Accepted requests that the store does not have yet, on disk: SQLite in WAL mode, full sync.

A request is durable when `append` returned. `next_batch` fixes which requests are inserted together
and under which token before they are; a batch that was begun when the process died comes back
unchanged, so that the store recognises the insert if it has it already.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from longpole.core.errors import StoreError

FILE = "ingest.sqlite"
BUSY_S = 30.0
MAX_REQUESTS = 20_000
# Of requests set aside the newest are kept: nobody may fill the disk with what the store refuses.
REFUSED_BYTES = 256 << 20
SCHEMA = """
CREATE TABLE IF NOT EXISTS request (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    spans INTEGER NOT NULL,
    size INTEGER NOT NULL,
    received_ms INTEGER NOT NULL,
    frames BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS begun (first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refused (
    id INTEGER PRIMARY KEY,
    spans INTEGER NOT NULL,
    refused_ms INTEGER NOT NULL,
    reason TEXT NOT NULL,
    frames BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS identity (name TEXT NOT NULL);
"""
FORGET = """
DELETE FROM refused WHERE id <= (
    SELECT max(id)
    FROM (SELECT id, sum(length(frames)) OVER (ORDER BY id DESC) AS upto FROM refused)
    WHERE upto > ?
)
"""


@dataclass(frozen=True)
class Request:
    """One accepted request: length-delimited ResourceSpans and how many spans are in them."""

    id: int
    spans: int
    frames: bytes


@dataclass(frozen=True)
class Waiting:
    """What the store does not have yet."""

    requests: int
    spans: int
    size: int


class Spool:
    """A queue of requests in one file. One thread appends, one takes; each has a connection."""

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._appending = _open(folder / FILE)
            self._taking = _open(folder / FILE)
            self._appending.executescript(SCHEMA)
            self.name = self._identity()
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"the spool in {folder} cannot be opened: {error}; check the disk and the rights, "
                "or choose another folder (ingest.spool)"
            ) from None

    def append(self, requests: Sequence[tuple[int, bytes]]) -> None:
        """Make (spans, frames) durable, all or none. Raises StoreError, when the disk is full."""
        now_ms = time.time_ns() // 1_000_000
        rows = [(spans, len(frames), now_ms, frames) for spans, frames in requests]
        sql = "INSERT INTO request (spans, size, received_ms, frames) VALUES (?, ?, ?, ?)"
        try:
            with self._appending:
                self._appending.executemany(sql, rows)
        except sqlite3.Error as error:
            raise StoreError(f"the spool cannot take requests: {error}") from error

    def next_batch(self, max_bytes: int) -> list[Request]:
        """The oldest requests up to `max_bytes` (at least one), or those begun before a crash."""
        begun = self._taking.execute("SELECT first, last FROM begun").fetchone()
        first, last = begun or self._choose(max_bytes)
        if not begun and last:
            with self._taking:
                self._taking.execute("INSERT INTO begun VALUES (?, ?)", (first, last))
        sql = "SELECT id, spans, frames FROM request WHERE id BETWEEN ? AND ? ORDER BY id"
        return [Request(*row) for row in self._taking.execute(sql, (first, last))]

    def finish(self) -> None:
        """The batch that was begun is dealt with: stored or set aside."""
        with self._taking:
            self._taking.execute(
                "DELETE FROM request WHERE id BETWEEN (SELECT first FROM begun) "
                "AND (SELECT last FROM begun)"
            )
            self._taking.execute("DELETE FROM begun")

    def set_aside(self, request: Request, reason: str) -> None:
        """Keep a request that the store refuses, with the reason, out of the way of the others.

        The oldest of these go when they are more than REFUSED_BYTES.
        """
        row = (request.id, request.spans, time.time_ns() // 1_000_000, reason, request.frames)
        with self._taking:
            self._taking.execute("INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?, ?)", row)
            self._taking.execute(FORGET, (REFUSED_BYTES,))

    def waiting(self) -> Waiting:
        """What is in the queue now. For the taking thread, or before threads start."""
        sql = "SELECT count(*), total(spans), total(size) FROM request"
        requests, spans, size = self._taking.execute(sql).fetchone()
        return Waiting(requests, int(spans), int(size))

    def refused(self) -> list[tuple[int, str]]:
        """(spans, reason) of every request set aside."""
        return list(self._taking.execute("SELECT spans, reason FROM refused ORDER BY id"))

    def close(self) -> None:
        """Let go of the file."""
        self._appending.close()
        self._taking.close()

    def _choose(self, max_bytes: int) -> tuple[int, int]:
        sql = "SELECT id, size FROM request ORDER BY id LIMIT ?"
        first = last = size = 0
        # Read to the end: a cursor left open would keep this connection from writing.
        for number, length in self._taking.execute(sql, (MAX_REQUESTS,)).fetchall():
            if last and size + length > max_bytes:
                break
            first, last, size = first or number, number, size + length
        return first, last

    def _identity(self) -> str:
        """Tells the tokens of this spool from those of any other that writes to the same store."""
        with self._appending:
            self._appending.execute(
                "INSERT INTO identity SELECT ? WHERE NOT EXISTS (SELECT 1 FROM identity)",
                (uuid.uuid4().hex,),
            )
        return str(self._appending.execute("SELECT name FROM identity").fetchone()[0])


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=BUSY_S, check_same_thread=False)
    connection.execute("PRAGMA page_size = 32768")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection
