"""The spool's file gets smaller again when what made it large is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from longpole.core.otlp.signals import Signal
from longpole.ingest.spool import Entry, Spool, queue
from longpole.ingest.spool.ledger import Changes


def test_disk_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "KEPT_PAGES", 4)
    monkeypatch.setattr(queue, "SHRINK_PAGES", 64)
    spool = Spool(tmp_path)
    entries = [Entry(Signal.TRACES, "p", 1, bytes(1 << 20)) for _ in range(8)]
    spool.append(entries, Changes())
    taker = spool.takers[Signal.TRACES]
    while batch := taker.next_batch(1 << 30):
        taker.finish(batch)
    for _ in range(8):
        spool.shrink()
    spool.append(entries[:1], Changes())
    assert [request.frames for request in taker.next_batch(1 << 30)] == [bytes(1 << 20)]
    spool.close()
    assert (tmp_path / "ingest.sqlite").stat().st_size < 4 << 20
