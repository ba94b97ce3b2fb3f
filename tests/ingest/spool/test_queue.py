from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longpole.core.errors import StoreError
from longpole.core.otlp.signals import Signal
from longpole.ingest.spool import Entry, Outcome, Spool, Taker
from longpole.ingest.spool.ledger import Changes, Line

TRACES, LOGS = Signal.TRACES, Signal.LOGS


def entry(frames: bytes, items: int = 1, signal: Signal = TRACES, project: str = "p") -> Entry:
    return Entry(signal, project, items, frames)


def append(spool: Spool, *entries: Entry) -> None:
    """Queue entries with the ledger that the receiver would write."""
    changes = Changes()
    for each in entries:
        for outcome in (Outcome.ACCEPTED, Outcome.WAITING):
            line = Line(each.project, each.signal, outcome)
            changes.add(line, each.items, 1, len(each.frames))
    spool.append(entries, changes)


def texts(taker: Taker, max_bytes: int = 1 << 20) -> list[bytes]:
    return [request.frames for request in taker.next_batch(max_bytes)]


def finish(taker: Taker) -> None:
    taker.finish(taker.next_batch(1 << 20))


def items(spool: Spool) -> dict[tuple[str, str, str, str], int]:
    """What the ledger holds, without lines of nothing."""
    return {
        (line.project, line.signal, line.outcome, line.reason): amount.items
        for line, amount in spool.ledger().items()
        if amount.items
    }


def test_first_in_first_out_and_gone_when_finished(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    append(spool, entry(b"a"), entry(b"b", 2))
    append(spool, entry(b"c", 3))
    waiting = spool.waiting()
    assert (waiting.requests, waiting.items, waiting.size) == (3, 6, 3)
    assert waiting.oldest_ms is not None
    taker = spool.takers[TRACES]
    assert texts(taker) == [b"a", b"b", b"c"]
    finish(taker)
    assert texts(taker) == [] and spool.waiting().requests == 0


def test_signals_do_not_wait_for_each_other(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    append(spool, entry(b"a"), entry(b"l", 1, LOGS), entry(b"b"), entry(b"m", 1, LOGS))
    assert texts(spool.takers[TRACES]) == [b"a", b"b"]
    assert texts(spool.takers[LOGS]) == [b"l", b"m"]
    finish(spool.takers[LOGS])
    assert texts(spool.takers[TRACES]) == [b"a", b"b"]
    assert texts(spool.takers[LOGS]) == [] and spool.waiting().requests == 2


def test_a_begun_batch_comes_back_unchanged(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    append(spool, entry(b"a"), entry(b"b"))
    begun = spool.takers[TRACES].next_batch(1 << 20)
    append(spool, entry(b"c"))
    name = spool.name
    spool.close()
    again = Spool(tmp_path)
    assert again.name == name
    assert again.takers[TRACES].next_batch(1) == begun
    finish(again.takers[TRACES])
    assert texts(again.takers[TRACES]) == [b"c"]


def test_a_batch_is_bounded_but_never_empty(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    append(spool, *(entry(letter * 60) for letter in (b"x", b"y", b"z")))
    taker = spool.takers[TRACES]
    assert len(texts(taker, 130)) == 2
    finish(taker)
    assert len(texts(taker, 1)) == 1


def test_the_ledger_follows_the_queue(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    append(spool, entry(b"good", 3), entry(b"bad", 4), entry(b"other", 5, project="q"))
    accepted = {("p", "traces", "accepted", ""): 7, ("q", "traces", "accepted", ""): 5}
    waiting = {("p", "traces", "waiting", ""): 7, ("q", "traces", "waiting", ""): 5}
    assert items(spool) == {**accepted, **waiting}
    taker = spool.takers[TRACES]
    batch = taker.next_batch(1 << 20)
    taker.finish(batch, refused=[batch[1].id])
    refused = {("p", "traces", "rejected", "store_refused"): 4}
    stored = {("p", "traces", "stored", ""): 3, ("q", "traces", "stored", ""): 5}
    assert items(spool) == {**accepted, **refused, **stored}


def test_what_was_refused_is_put_back_once(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    append(spool, entry(b"bad", 4))
    taker = spool.takers[TRACES]
    batch = taker.next_batch(1 << 20)
    taker.finish(batch, refused=[batch[0].id])
    assert taker.put_back("letter", entry(b"good", 4))
    assert not taker.put_back("letter", entry(b"good", 4))
    assert items(spool) == {("p", "traces", "accepted", ""): 4, ("p", "traces", "waiting", ""): 4}
    assert texts(taker) == [b"good"]


def test_digests_are_kept_for_a_while(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([], Changes(), [b"one", b"two"])
    spool.close()
    again = Spool(tmp_path)
    assert {digest for digest, _ in again.digests(0)} == {b"one", b"two"}
    assert again.digests(2**50) == [] and again.digests(0) == []


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(1, 50), max_size=40), limit=st.integers(1, 200))
def test_everything_comes_out_once_in_order(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], limit: int
) -> None:
    spool = Spool(tmp_path_factory.mktemp("spool"))
    bodies = [bytes([number % 256]) * size for number, size in enumerate(sizes)]
    append(spool, *map(entry, bodies))
    taker, seen = spool.takers[TRACES], list[bytes]()
    while batch := taker.next_batch(limit):
        frames = [request.frames for request in batch]
        assert len(frames) == 1 or sum(map(len, frames)) <= limit
        seen += frames
        taker.finish(batch)
    assert seen == bodies
    spool.close()


def test_a_killed_process_loses_nothing_it_appended(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path;"
        "from longpole.core.otlp.signals import Signal;"
        "from longpole.ingest.spool import Entry, Spool;"
        "from longpole.ingest.spool.ledger import Changes;"
        "spool = Spool(Path(sys.argv[1]));"
        "[spool.append([Entry(Signal.TRACES, 'p', 1, b'%d' % n)], Changes()) for n in range(50)];"
        "spool.takers[Signal.TRACES].next_batch(40); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert killed.returncode == -9
    taker, seen = Spool(tmp_path).takers[TRACES], list[bytes]()
    while batch := taker.next_batch(1 << 20):
        seen += [request.frames for request in batch]
        taker.finish(batch)
    assert seen == [b"%d" % number for number in range(50)]


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "ingest.sqlite").write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreError, match=r"spool .*ingest\.spool"):
        Spool(tmp_path)
