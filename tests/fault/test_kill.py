"""kill -9 at many random instants: what was answered is stored exactly once, and counted right."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import pytest
from exporter import Exporter
from ingest_process import CONTEXT, IngestProcess
from spans_sent import Sent, assert_accounts_balance, assert_exactly_once

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings, StoreSettings
from longpole.core.store import Store
from longpole.ingest import IngestService

KILLS = 200
SENDERS = (Signal.TRACES, Signal.TRACES, Signal.LOGS, Signal.METRICS)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_killed_at_any_instant(tmp_path: Path) -> None:
    chance, sent = random.Random(20), Sent()
    url, spool = f"chdb://{tmp_path}/store", tmp_path / "spool"
    exporters = [Exporter(sent, signal, seed) for seed, signal in enumerate(SENDERS)]
    for _ in range(KILLS):
        process = IngestProcess(url, spool)
        began = time.monotonic()
        lives_s = chance.uniform(0, 1.2)
        stop = threading.Event()
        ports = process.ports(lives_s)
        threads = [
            threading.Thread(target=exporter.send_until, args=(stop, ports[0]))
            for exporter in exporters
            if ports
        ]
        for thread in threads:
            thread.start()
        time.sleep(max(0.0, began + lives_s - time.monotonic()))
        process.kill()
        stop.set()
        for thread in threads:
            thread.join()
    assert min(len(numbers) for numbers in sent.answered.values()) > 100
    # In a process of its own: one process opens one engine.
    check = CONTEXT.Process(target=_check, args=(url, spool, sent.answered))
    check.start()
    check.join()
    assert check.exitcode == 0, "what is wrong was printed above"


def _check(url: str, spool: Path, answered: dict[Signal, set[int]]) -> None:
    store = Store(StoreSettings(url=url))
    values = IngestSettings(http_port=0, grpc_port=0, spool=str(spool))
    service = IngestService(store, values)
    service.start()
    try:
        assert service.wait_stored(120)
    finally:
        service.stop()
    try:
        assert_exactly_once(store, Sent(answered))
        assert_accounts_balance(store)
    finally:
        store.close()
