"""What is to be true at the end, looked at in another process: each opens one engine only."""

from __future__ import annotations

from pathlib import Path

from spans_sent import Sent, assert_accounts_balance, assert_exactly_once

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings, StoreSettings
from longpole.core.store import Store
from longpole.ingest import IngestService


def look_at_everything(url: str, spool: Path, answered: dict[Signal, set[int]]) -> None:
    """Start once more, wait until all is stored, compare with what was answered."""
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
