"""The ingest service as one thing to start and stop."""

from __future__ import annotations

import grpc

from longpole.core.errors import SettingsError
from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.core.web import WebServer, is_loopback
from longpole.ingest.grpc import start_grpc
from longpole.ingest.http import build_http
from longpole.ingest.receiver import Receiver
from longpole.ingest.stats import IngestStats
from longpole.ingest.writer import Writer

GRPC_GRACE_S = 5


class IngestService:
    """OTLP over HTTP and gRPC in front of one writer."""

    def __init__(self, store: Store, settings: IngestSettings) -> None:
        if not (is_loopback(settings.host) or settings.api_key or settings.allow_open):
            raise SettingsError(
                f"ingest.host {settings.host} is reachable from other machines and no key is set; "
                "set ingest.api_key, or ingest.allow_open if the network is trusted"
            )
        self.stats = IngestStats()
        self._settings = settings
        self._writer = Writer(store, settings, self.stats)
        self._receiver = Receiver(settings, self._writer, self.stats)
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
        self._writer.start()
        self._http.start()

    def stop(self) -> None:
        """Stop listening, store what waits."""
        self._http.stop()
        if self._grpc is not None:
            self._grpc.stop(GRPC_GRACE_S).wait()
        self._writer.stop()

    def metrics(self) -> dict[str, float]:
        """Counters for /metrics."""
        return {**self.stats.snapshot(), "waiting_bytes": float(self._writer.waiting_bytes)}
