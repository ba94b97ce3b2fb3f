from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_support import StartIngest

from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.ingest import IngestService


@pytest.fixture
def start_ingest(store: Store, tmp_path: Path) -> Iterator[StartIngest]:
    """Starts services on free ports over one store; stops them at the end."""
    running: list[IngestService] = []

    def start(**settings: object) -> IngestService:
        spool = str(tmp_path / f"spool{len(running)}")
        values = {"http_port": 0, "grpc_port": 0, "flush_ms": 5, "spool": spool, **settings}
        service = IngestService(store, IngestSettings.model_validate(values))
        running.append(service)
        service.start()
        return service

    yield start
    for service in running:
        service.stop()


@pytest.fixture
def service(start_ingest: StartIngest) -> IngestService:
    """One service with default settings."""
    return start_ingest()
