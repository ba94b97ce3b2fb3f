"""The ingest service as one thing to start and stop."""

from __future__ import annotations

from pathlib import Path

import grpc

from longpole.core.errors import SettingsError
from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.core.store.lock import FolderLock
from longpole.core.store.url import EmbeddedUrl
from longpole.core.web import WebServer, is_loopback
from longpole.ingest.backlog import Backlog
from longpole.ingest.drain import Drain
from longpole.ingest.grpc import start_grpc
from longpole.ingest.http import build_http
from longpole.ingest.intake import Intake
from longpole.ingest.receiver import Receiver
from longpole.ingest.spool import Spool
from longpole.ingest.stats import IngestStats

GRPC_GRACE_S = 5
SERVER_SPOOL = Path("data") / "spool"


class IngestService:
    """OTLP over HTTP and gRPC, a durable spool, and the thread that empties it into the store."""

    def __init__(self, store: Store, settings: IngestSettings) -> None:
        if not (is_loopback(settings.host) or settings.api_key or settings.allow_open):
            raise SettingsError(
                f"ingest.host {settings.host} is reachable from other machines and no key is set; "
                "set ingest.api_key, or ingest.allow_open if the network is trusted"
            )
        self.stats = IngestStats()
        self._settings = settings
        folder = spool_folder(store, settings)
        self._lock = FolderLock(folder, "another one (ingest.spool)")
        self._spool = Spool(folder)
        self._backlog = Backlog(settings.max_waiting_mib << 20, self._spool.waiting().size)
        self._intake = Intake(self._spool, self._backlog, self.stats)
        self._drain = Drain(store, self._spool, self._backlog, settings, self.stats)
        self._receiver = Receiver(settings, self._intake, self.stats)
        self._http = WebServer(
            build_http(self._receiver), settings.host, settings.http_port, "--otlp-http-port"
        )
        self._grpc: grpc.Server | None = None
        self.grpc_port = 0

    @property
    def http_port(self) -> int:
        """The port that OTLP/HTTP listens on."""
        return self._http.port

    def start(self) -> None:
        """Listen and store. Raises LongpoleError when a port is taken."""
        self._http.bind()
        self._grpc, self.grpc_port = start_grpc(
            self._receiver, self._settings.host, self._settings.grpc_port
        )
        self._intake.start()
        self._drain.start()
        self._http.start()

    def stop(self) -> None:
        """Stop listening, make durable what came, store what fits into a few seconds."""
        self._http.stop()
        if self._grpc is not None:
            self._grpc.stop(GRPC_GRACE_S).wait()
        self._intake.stop()
        self._drain.stop()
        self._spool.close()
        self._lock.release()

    def wait_stored(self, timeout_s: float) -> bool:
        """Whether everything accepted so far was stored (or refused by the store) in time."""
        return self._backlog.wait_empty(timeout_s)

    def metrics(self) -> dict[str, float]:
        """Counters for /metrics."""
        return {**self.stats.snapshot(), "waiting_bytes": float(self._backlog.size)}


def spool_folder(store: Store, settings: IngestSettings) -> Path:
    """Where accepted requests wait."""
    if settings.spool is not None:
        return Path(settings.spool)
    return store.url.folder / "spool" if isinstance(store.url, EmbeddedUrl) else SERVER_SPOOL
