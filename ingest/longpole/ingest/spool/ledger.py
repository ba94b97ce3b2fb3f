"""What became of every item, kept in the spool's own file.

A change is written in the transaction that moves the requests it counts, so that for each project
and signal accepted = stored + rejected + waiting holds at every instant, after a crash too.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

SCHEMA = """
CREATE TABLE IF NOT EXISTS ledger (
    project TEXT NOT NULL,
    signal TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    items INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (project, signal, outcome, reason)
) WITHOUT ROWID
"""
ADD = """
INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET
    items = items + excluded.items,
    requests = requests + excluded.requests,
    bytes = bytes + excluded.bytes
"""
READ = "SELECT project, signal, outcome, reason, items, requests, bytes FROM ledger"
STORE_REFUSED = "store_refused"


class Outcome(StrEnum):
    """Where items are. All but the last two are of accepted requests."""

    ACCEPTED = "accepted"
    STORED = "stored"
    REJECTED = "rejected"
    WAITING = "waiting"
    REPEATED = "repeated"
    REFUSED = "refused"


@dataclass(frozen=True, order=True)
class Line:
    """One line of the ledger: what is counted, not how much."""

    project: str
    signal: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class Amount:
    """How much: items (spans, log records, data points), requests, bytes. May be negative."""

    items: int = 0
    requests: int = 0
    size: int = 0


class Changes:
    """Changes of the ledger that belong together."""

    def __init__(self) -> None:
        self._items: Counter[Line] = Counter()
        self._requests: Counter[Line] = Counter()
        self._bytes: Counter[Line] = Counter()

    def __bool__(self) -> bool:
        return bool(self._items or self._requests or self._bytes)

    def add(self, line: Line, items: int, requests: int = 0, size: int = 0) -> None:
        """Count more (or, negative, less) of a line."""
        self._items[line] += items
        self._requests[line] += requests
        self._bytes[line] += size

    def merge(self, other: Changes) -> None:
        """Take in the changes of another."""
        # Not `Counter.update` of sums: negative amounts count as well.
        for line, amount in other.lines().items():
            self.add(line, amount.items, amount.requests, amount.size)

    def lines(self) -> Mapping[Line, Amount]:
        """Each line with its amount."""
        return {
            line: Amount(self._items[line], self._requests[line], self._bytes[line])
            for line in {*self._items, *self._requests, *self._bytes}
        }

    def write(self, connection: sqlite3.Connection) -> None:
        """Add to the ledger, within the caller's transaction."""
        rows = [
            (
                *(line.project, line.signal, line.outcome.value, line.reason),
                *(amount.items, amount.requests, amount.size),
            )
            for line, amount in self.lines().items()
        ]
        connection.executemany(ADD, rows)


def read(connection: sqlite3.Connection) -> dict[Line, Amount]:
    """The whole ledger."""
    return dict(_lines(connection))


def _lines(connection: sqlite3.Connection) -> Iterator[tuple[Line, Amount]]:
    for project, signal, outcome, reason, items, requests, size in connection.execute(READ):
        yield Line(project, signal, Outcome(outcome), reason), Amount(items, requests, size)
