"""kill -9 at many random instants: what was answered is stored exactly once, and counted right."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import httpx
import pytest
from ingest_process import IngestProcess
from spans_sent import Sent, assert_accounts_balance, assert_exactly_once

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings, StoreSettings
from longpole.core.store import Store
from longpole.ingest import IngestService

KILLS = 200
SENDERS = (Signal.TRACES, Signal.TRACES, Signal.LOGS, Signal.METRICS)
HEADERS = {"content-type": "application/x-protobuf"}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class Exporter:
    """Sends as an exporter does: new bodies, and again those whose answer did not come."""

    def __init__(self, sent: Sent, signal: Signal, seed: int) -> None:
        self._sent, self._signal = sent, signal
        self._random = random.Random(seed)
        self._unanswered: list[tuple[bytes, range]] = []

    def send_until(self, stop: threading.Event, port: int) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
            while not stop.is_set():
                body, numbers = (
                    self._unanswered.pop()
                    if self._unanswered
                    else self._sent.next_body(self._signal, self._random.randint(1, 40))
                )
                if not self._post(client, body, numbers):
                    return

    def _post(self, client: httpx.Client, body: bytes, numbers: range) -> bool:
        try:
            answer = client.post(f"/v1/{self._signal}", content=body, headers=HEADERS)
        except httpx.TransportError:
            self._unanswered.append((body, numbers))
            return False
        if answer.status_code == 200:
            self._sent.answered[self._signal].update(numbers)
        else:
            assert answer.status_code == 503, answer.text
            self._unanswered.append((body, numbers))
        return True


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
    assert min(len(numbers) for numbers in sent.answered.values()) > 1000
    _check(url, spool, sent)


def _check(url: str, spool: Path, sent: Sent) -> None:
    store = Store(StoreSettings(url=url))
    values = IngestSettings(http_port=0, grpc_port=0, spool=str(spool))
    service = IngestService(store, values)
    service.start()
    assert service.wait_stored(120)
    service.stop()
    try:
        assert_exactly_once(store, sent)
        assert_accounts_balance(store)
    finally:
        store.close()
