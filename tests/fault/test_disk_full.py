"""A disk that is really full: senders are told to retry, and what was accepted is stored."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from spans_sent import Sent, assert_accounts_balance, assert_exactly_once

from longpole.core.errors import StoreUnavailableError
from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.ingest import IngestService, drain

DISK_MIB = 160
pytestmark = [pytest.mark.slow]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, as small as a full disk has to be."""
    folder = tmp_path / "disk"
    folder.mkdir()
    line = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "longpole-test", str(folder)]
    mounted = subprocess.run(line, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a file system can only be mounted by root: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_the_spool_on_a_full_disk(
    store: Store, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = IngestSettings(
        http_port=0, grpc_port=0, spool=str(small_disk / "spool"), min_free_mib=0
    )
    service = IngestService(store, settings)
    monkeypatch.setattr(drain, "LONGEST_RETRY_S", 0.2)
    away = pytest.MonkeyPatch()
    away.setattr(store, "insert_raw", _away)
    service.start()
    try:
        sent, answers = Sent(), []
        while 503 not in answers:
            answers.append(_post(service, sent, items=5000))
        assert len(answers) > 10
        # Somebody else takes the rest of the disk too.
        with open(small_disk / "other", "wb", buffering=0) as other, pytest.raises(OSError):
            while True:
                other.write(bytes(4096))
        away.undo()
        assert service.wait_stored(120), "what was accepted is stored although the disk is full"
        (small_disk / "other").unlink()
        deadline = time.monotonic() + 30
        while _post(service, sent, items=10) != 200:
            assert time.monotonic() < deadline, "there is room again, and nothing is taken"
            time.sleep(0.2)
        assert service.wait_stored(120)
    finally:
        service.stop()
    assert_exactly_once(store, sent)
    assert_accounts_balance(store)


def _away(*_: object, **__: object) -> None:
    raise StoreUnavailableError("the store is away")


def _post(service: IngestService, sent: Sent, items: int) -> int:
    body, numbers = sent.next_body(Signal.TRACES, items)
    answer = httpx.post(
        f"http://127.0.0.1:{service.http_port}/v1/traces",
        content=body,
        headers={"content-type": "application/x-protobuf"},
        timeout=60,
    )
    if answer.status_code == 200:
        sent.answered[Signal.TRACES].update(numbers)
    return answer.status_code
