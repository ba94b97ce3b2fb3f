"""A spool that an earlier version left behind loses nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from longpole.core.otlp import unframe
from longpole.core.otlp.signals import Signal
from longpole.ingest.refusals import Refusals
from longpole.ingest.spool import Spool

# As version 1 wrote it: two requests begun, one waiting, one refused. Frames are one message each.
VERSION_1 = """
CREATE TABLE request (
    id INTEGER PRIMARY KEY AUTOINCREMENT, spans INTEGER NOT NULL, size INTEGER NOT NULL,
    received_ms INTEGER NOT NULL, frames BLOB NOT NULL
);
CREATE TABLE begun (first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE refused (
    id INTEGER PRIMARY KEY, spans INTEGER NOT NULL, refused_ms INTEGER NOT NULL,
    reason TEXT NOT NULL, frames BLOB NOT NULL
);
CREATE TABLE identity (name TEXT NOT NULL);
INSERT INTO identity VALUES ('0123456789abcdef');
INSERT INTO request VALUES (5, 2, 3, 1000, x'020a00'), (6, 3, 3, 1001, x'021200'),
    (7, 4, 3, 1002, x'021a00');
INSERT INTO begun VALUES (5, 6);
INSERT INTO refused VALUES (4, 9, 900, 'why', x'020a00');
"""


def old_spool(folder: Path) -> None:
    connection = sqlite3.connect(folder / "ingest.sqlite")
    connection.executescript(VERSION_1)
    connection.close()


def test_requests_and_the_begun_batch_stay(tmp_path: Path) -> None:
    old_spool(tmp_path)
    spool = Spool(tmp_path)
    assert spool.name == "0123456789abcdef"
    taker = spool.takers[Signal.TRACES]
    batch = taker.next_batch(1)
    # The same ids, or the store would not recognise an insert that it has.
    assert [(r.id, r.project, r.items, r.frames) for r in batch] == [
        (5, "default", 2, b"\x02\x0a\x00"),
        (6, "default", 3, b"\x02\x12\x00"),
    ]
    taker.finish(batch)
    assert [request.id for request in taker.next_batch(1)] == [7]
    amounts = {(line.outcome, line.reason): amount.items for line, amount in spool.ledger().items()}
    assert amounts == {
        ("accepted", ""): 18,
        ("rejected", "store_refused"): 9,
        ("stored", ""): 5,
        ("waiting", ""): 4,
    }


def test_what_was_refused_becomes_a_dead_letter_once(tmp_path: Path) -> None:
    old_spool(tmp_path)
    spool = Spool(tmp_path)
    refusals = Refusals(spool, 1 << 20)
    ((letter, state),) = refusals.changes()
    assert (letter.items, letter.reason, state) == (9, "why", "kept")
    assert (tmp_path / "dead" / f"{letter.id}.pb").read_bytes() == unframe(b"\x02\x0a\x00")
    spool.close()
    again = Refusals(Spool(tmp_path), 1 << 20)
    assert again.count() == 1 and len(again.changes()) == 1
