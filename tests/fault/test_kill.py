"""kill -9 at many random instants: what was answered is stored exactly once, and counted right."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import pytest
from exporter import Exporter
from ingest_process import CONTEXT, IngestProcess
from last_look import look_at_everything
from spans_sent import Sent

from longpole.core.otlp.signals import Signal

KILLS = 200
SENDERS = (Signal.TRACES, Signal.TRACES, Signal.LOGS, Signal.METRICS)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_killed_at_any_instant(tmp_path: Path) -> None:
    chance, sent = random.Random(20), Sent()
    url, spool = f"chdb://{tmp_path}/store", tmp_path / "spool"
    exporters = [Exporter(sent, signal, seed) for seed, signal in enumerate(SENDERS)]
    for number in range(KILLS):
        process = IngestProcess(url, spool)
        # Every third is killed while it starts or soon after, however fast the machine is.
        ports = process.ports(chance.uniform(0, 1) if number % 3 == 0 else 60)
        stop = threading.Event()
        threads = [
            threading.Thread(target=exporter.send_until, args=(stop, ports[0]))
            for exporter in exporters
            if ports
        ]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0, 0.6) if ports else 0)
        process.kill()
        stop.set()
        for thread in threads:
            thread.join()
    assert min(len(numbers) for numbers in sent.answered.values()) > KILLS
    # In a process of its own: one process opens one engine.
    check = CONTEXT.Process(target=look_at_everything, args=(url, spool, sent.answered))
    check.start()
    check.join()
    assert check.exitcode == 0, "what is wrong was printed above"
