"""A store that is stopped, killed and started again: senders go on, nothing is lost or doubled."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from exporter import Exporter
from spans_sent import Sent, assert_accounts_balance, assert_exactly_once

from longpole.core.otlp.signals import Signal
from longpole.core.schema import upgrade
from longpole.core.settings import IngestSettings, StoreSettings
from longpole.core.store import Store
from longpole.ingest import IngestService, drain

SERVER = Path(__file__).parents[1] / "clickhouse_http" / "server.py"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Server:
    """ClickHouse's engine behind HTTP, in a process that can be killed, always on one port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = "0"
        self._process: subprocess.Popen[str] | None = None
        self.url = self.start()

    def start(self) -> str:
        line = [sys.executable, str(SERVER), str(self._folder), "--port", self._port]
        self._process = subprocess.Popen(
            line, stdout=subprocess.PIPE, text=True, cwd=self._folder.parent
        )
        assert self._process.stdout is not None
        url = self._process.stdout.readline().strip()
        self._port = url.rpartition(":")[2]
        return url

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()


def test_a_store_that_comes_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drain, "RETRY_S", 0.1)
    monkeypatch.setattr(drain, "LONGEST_RETRY_S", 0.5)
    server = Server(tmp_path / "clickhouse")
    store = Store(StoreSettings(url=f"{server.url}/longpole"))
    upgrade(store)
    service = _service(store, tmp_path)
    sent, stop = Sent(), threading.Event()
    threads = [
        threading.Thread(
            target=Exporter(sent, signal, number).send_until, args=(stop, service.http_port)
        )
        for number, signal in enumerate(Signal)
    ]
    for thread in threads:
        thread.start()
    for _ in range(6):
        time.sleep(0.7)
        server.kill()
        time.sleep(0.7)
        server.start()
    stop.set()
    for thread in threads:
        thread.join()
    assert min(len(numbers) for numbers in sent.answered.values()) > 500
    assert service.wait_stored(120)
    service.stop()
    assert_exactly_once(store, sent)
    assert_accounts_balance(store)
    store.close()
    server.kill()


def test_accepted_while_away_and_stored_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drain, "STOP_S", 0.2)
    server = Server(tmp_path / "clickhouse")
    store = Store(StoreSettings(url=f"{server.url}/longpole"))
    upgrade(store)
    service = _service(store, tmp_path)
    server.kill()
    sent = Sent()
    for number in range(300):
        _post(service, sent, list(Signal)[number % 3])
    service.stop()
    server.start()
    again = _service(store, tmp_path)
    assert again.wait_stored(120)
    again.stop()
    assert_exactly_once(store, sent)
    assert_accounts_balance(store)
    store.close()
    server.kill()


def test_while_it_is_away_the_spool_is_bounded(tmp_path: Path) -> None:
    server = Server(tmp_path / "clickhouse")
    store = Store(StoreSettings(url=f"{server.url}/longpole"))
    upgrade(store)
    service = _service(store, tmp_path, max_waiting_mib=1)
    server.kill()
    sent, refused = Sent(), 0
    while not refused:
        refused += _post(service, sent, Signal.TRACES, items=500) == 503
    size = sum(file.stat().st_size for file in (tmp_path / "spool").glob("ingest.sqlite*"))
    assert size < 16 << 20, "one MiB of requests, a log of SQLite of 8"
    server.start()
    assert service.wait_stored(120)
    assert _post(service, sent, Signal.TRACES) == 200
    assert service.wait_stored(120)
    service.stop()
    assert_exactly_once(store, sent)
    store.close()
    server.kill()


def _service(store: Store, folder: Path, **settings: int) -> IngestService:
    values = {"http_port": 0, "grpc_port": 0, "flush_ms": 20, **settings}
    service = IngestService(
        store, IngestSettings.model_validate({**values, "spool": str(folder / "spool")})
    )
    service.start()
    return service


def _post(service: IngestService, sent: Sent, signal: Signal, items: int = 5) -> int:
    body, numbers = sent.next_body(signal, items)
    answer = httpx.post(
        f"http://127.0.0.1:{service.http_port}/v1/{signal}",
        content=body,
        headers={"content-type": "application/x-protobuf"},
    )
    if answer.status_code == 200:
        sent.answered[signal].update(numbers)
    return answer.status_code
