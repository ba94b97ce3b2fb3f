"""An ingest service in a process of its own that can be killed at any instant and comes up fast.

The processes fork from a server that has imported everything and opened nothing, so that a start
costs the engine's start only.
"""

from __future__ import annotations

import multiprocessing
import threading
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from longpole.core.schema import upgrade
from longpole.core.settings import IngestSettings, StoreSettings
from longpole.core.store import Store
from longpole.ingest import IngestService

CONTEXT = multiprocessing.get_context("forkserver")
PRELOAD = ["longpole.core.schema", "longpole.ingest", "ingest_process"]


class IngestProcess:
    """Start, ask for its ports, kill."""

    def __init__(self, url: str, spool: Path, **settings: Any) -> None:  # noqa: ANN401
        CONTEXT.set_forkserver_preload(PRELOAD)
        self._ports, theirs = CONTEXT.Pipe(duplex=False)
        values = {"http_port": 0, "grpc_port": 0, "flush_ms": 20, "spool": str(spool), **settings}
        self.process: ForkServerProcess = CONTEXT.Process(
            target=_serve, args=(url, values, theirs), daemon=True
        )
        self.process.start()
        theirs.close()

    def ports(self, timeout_s: float = 60.0) -> tuple[int, int] | None:
        """HTTP and gRPC port once it listens; None when it ended before or takes too long."""
        try:
            return self._ports.recv() if self._ports.poll(timeout_s) else None
        except EOFError:
            return None

    def kill(self) -> None:
        """SIGKILL, whatever it does."""
        self.process.kill()
        self.process.join()
        self._ports.close()


def _serve(url: str, values: dict[str, Any], ports: Connection) -> None:
    store = Store(StoreSettings(url=url))
    upgrade(store)
    service = IngestService(store, IngestSettings.model_validate(values))
    service.start()
    ports.send((service.http_port, service.grpc_port))
    threading.Event().wait()
