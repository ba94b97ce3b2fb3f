"""A durable queue of requests for each signal, in one file.

A request is durable when `append` returned. `Taker.next_batch` fixes which requests are inserted
together and under which token before they are; a batch that was begun when the process died comes
back unchanged, so that the store recognises the insert if it has it already.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from longpole.core.errors import StoreError, StoreUnavailableError
from longpole.core.otlp.signals import Signal
from longpole.ingest.spool import file, ledger
from longpole.ingest.spool.ledger import STORE_REFUSED, Amount, Changes, Line, Outcome
from longpole.ingest.spool.reserve import Reserve

log = logging.getLogger(__name__)

MAX_REQUESTS = 20_000
# Pages of 32 KiB: what is kept free for the next requests, and what is given back at once.
KEPT_PAGES = 512
SHRINK_PAGES = 64
SHRINK_TIMES = 64
APPEND = """
INSERT INTO queue (signal, project, items, size, received_ms, frames) VALUES (?, ?, ?, ?, ?, ?)
"""
CHOOSE = "SELECT id, size FROM queue WHERE signal = ? ORDER BY id LIMIT ?"
TAKE = """
SELECT id, signal, project, items, received_ms, frames FROM queue
WHERE signal = ? AND id BETWEEN ? AND ? ORDER BY id
"""
FINISH = "DELETE FROM queue WHERE signal = ? AND id BETWEEN ? AND ?"
WAITING = "SELECT count(*), total(items), total(size), min(received_ms) FROM queue"
SEE = "INSERT OR REPLACE INTO seen VALUES (?, ?)"


@dataclass(frozen=True)
class Entry:
    """What is to be queued: length-delimited Resource* messages of one project."""

    signal: Signal
    project: str
    items: int
    frames: bytes


@dataclass(frozen=True)
class Request:
    """A queued entry. `received_ms` is since 1970."""

    id: int
    signal: Signal
    project: str
    items: int
    received_ms: int
    frames: bytes


@dataclass(frozen=True)
class Waiting:
    """What the store does not have yet; the oldest in ms since 1970, None if nothing waits."""

    requests: int
    items: int
    size: int
    oldest_ms: int | None


class Spool:
    """One thread appends; each signal has a taker of its own for another thread."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._appending = file.connect(folder)
            self.name = file.prepare(self._appending)
            self._looking = file.connect(folder)
            self._reserve = Reserve(folder)
            self.takers = {
                signal: Taker(signal, file.connect(folder), self._reserve) for signal in Signal
            }
        except (OSError, sqlite3.Error) as error:
            raise StoreError(
                f"the spool in {folder} cannot be opened: {error}; check the disk and the rights, "
                "or choose another folder (ingest.spool)"
            ) from None

    def append(
        self, entries: Iterable[Entry], changes: Changes, digests: Collection[bytes] = ()
    ) -> None:
        """Make entries, their ledger and the digests of their bodies durable, all or none.

        Raises StoreError, when the disk is full.
        """
        now_ms = _now_ms()
        rows = [(e.signal, e.project, e.items, len(e.frames), now_ms, e.frames) for e in entries]
        if not self._reserve.keep():
            raise StoreError(f"the disk of the spool {self.folder} is full; make room")
        try:
            with self._appending:
                self._appending.executemany(APPEND, rows)
                self._appending.executemany(SEE, [(digest, now_ms) for digest in digests])
                changes.write(self._appending)
        except sqlite3.Error as error:
            raise StoreError(f"the spool cannot take requests: {error}") from error

    def forget(self, before_ms: int) -> None:
        """Digests of before are not needed any more. For the appending thread."""
        try:
            with self._appending:
                self._appending.execute("DELETE FROM seen WHERE seen_ms < ?", (before_ms,))
        except sqlite3.Error as error:
            raise StoreError(f"old digests cannot be taken out of the spool: {error}") from error

    def digests(self, since_ms: int) -> list[tuple[bytes, int]]:
        """(digest, ms since 1970) of bodies accepted lately, oldest first; forgets older ones."""
        self.forget(since_ms)
        sql = "SELECT digest, seen_ms FROM seen ORDER BY seen_ms"
        return list(self._appending.execute(sql))

    def waiting(self) -> Waiting:
        """What is in the queues now. For one thread at a time, as the two below."""
        requests, items, size, oldest = self._looking.execute(WAITING).fetchone()
        return Waiting(requests, int(items), int(size), oldest)

    def shrink(self) -> None:
        """Give disk back that only requests of the past needed, a bounded part of it a call."""
        for _ in range(SHRINK_TIMES):
            (free,) = self._looking.execute("PRAGMA freelist_count").fetchone()
            if free <= KEPT_PAGES:
                return
            # As a script: `execute` would do one step of it, which is one page. Little by little,
            # because each page passes through the log, on a disk that may be full.
            pages = min(free - KEPT_PAGES, SHRINK_PAGES)
            self._looking.executescript(
                f"PRAGMA incremental_vacuum({pages}); PRAGMA wal_checkpoint(TRUNCATE)"
            )

    def ledger(self) -> dict[Line, Amount]:
        """The whole ledger."""
        return ledger.read(self._looking)

    def refused_of_version_1(self) -> list[tuple[int, int, int, str, bytes]]:
        """(id, spans, refused_ms, reason, frames) of refused requests that an old file holds."""
        return file.refused_of_version_1(self._looking)

    def forget_version_1(self) -> None:
        """What an old file held apart is elsewhere now."""
        with self._appending:
            self._appending.execute("DROP TABLE IF EXISTS refused")

    def close(self) -> None:
        """Let go of the file."""
        for taker in self.takers.values():
            taker.close()
        self._looking.close()
        self._appending.close()


class Taker:
    """The reading end of one signal's queue; for one thread.

    All but `close` raise StoreUnavailableError when the spool cannot be written; trying again may
    work.
    """

    def __init__(self, signal: Signal, connection: sqlite3.Connection, reserve: Reserve) -> None:
        self._signal = signal
        self._connection = connection
        self._reserve = reserve

    def next_batch(self, max_bytes: int) -> list[Request]:
        """The oldest requests up to `max_bytes` (at least one), or those begun before a crash."""
        sql = "SELECT first, last FROM batch WHERE signal = ?"
        begun = self._connection.execute(sql, (self._signal,)).fetchone()
        first, last = begun or self._choose(max_bytes)
        if not begun and last:
            with self._writing():
                row = (self._signal, first, last)
                self._connection.execute("INSERT INTO batch VALUES (?, ?, ?)", row)
        return [
            Request(number, Signal(signal), *rest)
            for number, signal, *rest in self._connection.execute(TAKE, (self._signal, first, last))
        ]

    def finish(self, batch: Sequence[Request], refused: Collection[int] = ()) -> None:
        """The batch is dealt with: stored, but for the ids that were refused and set aside."""
        with self._writing():
            self._connection.execute(FINISH, (self._signal, batch[0].id, batch[-1].id))
            self._connection.execute("DELETE FROM batch WHERE signal = ?", (self._signal,))
            _settled(batch, set(refused)).write(self._connection)

    def put_back(self, name: str, entry: Entry) -> bool:
        """Queue again what was refused, once for each `name`; whether it was done now."""
        with self._writing():
            known = "SELECT 1 FROM replayed WHERE id = ?"
            if self._connection.execute(known, (name,)).fetchone():
                return False
            row = (entry.signal, entry.project, entry.items, len(entry.frames), _now_ms())
            self._connection.execute("INSERT INTO replayed VALUES (?)", (name,))
            self._connection.execute(APPEND, (*row, entry.frames))
            _put_back(entry).write(self._connection)
        return True

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._connection:
                yield
        except sqlite3.Error as error:
            self._make_room()
            raise StoreUnavailableError(f"the spool cannot be written: {error}") from error

    def _make_room(self) -> None:
        self._reserve.give_up()
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            log.warning("the spool's log cannot be emptied: %s", error)

    def _choose(self, max_bytes: int) -> tuple[int, int]:
        first = last = size = 0
        # Read to the end: a cursor left open would keep this connection from writing.
        found = self._connection.execute(CHOOSE, (self._signal, MAX_REQUESTS)).fetchall()
        for number, length in found:
            if last and size + length > max_bytes:
                break
            first, last, size = first or number, number, size + length
        return first, last


def _settled(batch: Sequence[Request], refused: set[int]) -> Changes:
    changes = Changes()
    for request in batch:
        line = _line_of(request)
        size = len(request.frames)
        changes.add(line(Outcome.WAITING), -request.items, -1, -size)
        if request.id in refused:
            changes.add(line(Outcome.REJECTED, STORE_REFUSED), request.items, 1, size)
        else:
            changes.add(line(Outcome.STORED), request.items, 1, size)
    return changes


def _put_back(entry: Entry) -> Changes:
    changes, line, size = Changes(), _line_of(entry), len(entry.frames)
    changes.add(line(Outcome.REJECTED, STORE_REFUSED), -entry.items, -1, -size)
    changes.add(line(Outcome.WAITING), entry.items, 1, size)
    return changes


def _line_of(what: Entry | Request) -> Callable[..., Line]:
    def line(outcome: Outcome, reason: str = "") -> Line:
        return Line(what.project, what.signal, outcome, reason)

    return line


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
