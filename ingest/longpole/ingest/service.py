"""The ingest service as one thing to start and stop."""

from __future__ import annotations

from pathlib import Path

import grpc

from longpole.core.errors import SettingsError
from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings, PrivacySettings
from longpole.core.store import Store
from longpole.core.store.lock import FolderLock
from longpole.core.store.url import EmbeddedUrl, ServerUrl
from longpole.core.web import Tls, WebServer
from longpole.ingest.access import Gate, Keyring, RateLimiter, check_exposure
from longpole.ingest.backlog import Backlog
from longpole.ingest.checks import warm_up
from longpole.ingest.drain import Drain
from longpole.ingest.grpc import start_grpc
from longpole.ingest.http import build_http
from longpole.ingest.intake import Intake
from longpole.ingest.privacy import own_key
from longpole.ingest.protocol import PatientOnlySoLong
from longpole.ingest.reading import Reader
from longpole.ingest.receiver import Receiver
from longpole.ingest.refusals import Refusals
from longpole.ingest.report import Report
from longpole.ingest.spool import Spool
from longpole.ingest.stats import IngestStats

GRPC_GRACE_S = 5
SERVER_SPOOL = Path("data") / "spool"


class IngestService:
    """OTLP over HTTP and gRPC, a durable spool, and the threads that empty it into the store."""

    def __init__(
        self,
        store: Store,
        settings: IngestSettings,
        privacy: PrivacySettings = PrivacySettings(),  # noqa: B008 - frozen
    ) -> None:
        self.stats = IngestStats()
        self._settings = settings
        self._tls = tls_of(settings)
        self.spool_folder = folder = spool_folder(store.url, settings)
        self._lock = FolderLock(folder, "another one (ingest.spool)")
        self._keyring = Keyring(store, folder / "keys.json", settings.keys_refresh_s)
        check_exposure(settings, self._keyring.has_keys)
        self._spool = Spool(folder)
        self._backlog = Backlog(
            folder,
            settings.max_waiting_mib << 20,
            settings.min_free_mib << 20,
            self._spool.waiting().size,
        )
        self.refusals = Refusals(self._spool, settings.max_dead_mib << 20)
        self._intake = Intake(self._spool, self._backlog, self.stats, settings.repeat_window_s)
        self._drains = [
            Drain(signal, store, self._spool, self._backlog, self.refusals, settings, self.stats)
            for signal in Signal
        ]
        self._report = Report(store, self._spool, self._backlog, self.refusals, self._last_error)
        self.receiver = Receiver(
            settings,
            Gate(settings.api_key, self._keyring),
            Reader(settings, privacy, own_key(folder)),
            RateLimiter(self._keyring.items_per_s),
            self._intake,
            self.stats,
        )
        self._http = WebServer(
            build_http(self.receiver),
            settings.host,
            settings.http_port,
            "--otlp-http-port",
            protocol=PatientOnlySoLong,
            connections=settings.max_connections,
            tls=self._tls,
        )
        self._grpc: grpc.Server | None = None
        self.grpc_port = 0

    @property
    def http_port(self) -> int:
        """The port that OTLP/HTTP listens on."""
        return self._http.port

    @property
    def scheme(self) -> str:
        """`https` where TLS is set up, else `http`."""
        return "https" if self._tls else "http"

    def start(self) -> None:
        """Listen and store. Raises LongpoleError when a port is taken."""
        warm_up()
        self._http.bind()
        self._grpc, self.grpc_port = start_grpc(
            self.receiver, self._settings.host, self._settings.grpc_port, self._tls
        )
        self._keyring.start()
        self._intake.start()
        for drain in self._drains:
            drain.start()
        self._report.start()
        self._http.start()

    def stop(self) -> None:
        """Stop listening, make durable what came, store what fits into a few seconds."""
        self._http.stop()
        if self._grpc is not None:
            self._grpc.stop(GRPC_GRACE_S).wait()
        self._intake.stop()
        for drain in self._drains:
            drain.ask_to_stop()
        for drain in self._drains:
            drain.join()
        self._report.stop()
        self._keyring.stop()
        self._spool.close()
        self._lock.release()

    def wait_stored(self, timeout_s: float) -> bool:
        """Whether everything accepted so far was stored (or refused by the store) in time."""
        return self._backlog.wait_empty(timeout_s)

    def metrics(self) -> dict[str, float]:
        """Counters for /metrics."""
        return {**self.stats.snapshot(), "waiting_bytes": float(self._backlog.size)}

    def _last_error(self) -> str:
        return next((drain.last_error for drain in self._drains if drain.last_error), "")


def spool_folder(url: EmbeddedUrl | ServerUrl, settings: IngestSettings) -> Path:
    """Where accepted requests wait for the store at `url`."""
    if settings.spool is not None:
        return Path(settings.spool)
    return url.folder / "spool" if isinstance(url, EmbeddedUrl) else SERVER_SPOOL


def tls_of(settings: IngestSettings) -> Tls | None:
    """The PEM files, if TLS is wanted. Raises SettingsError for one that cannot be read."""
    given = {
        name: getattr(settings, f"tls_{name}")
        for name in ("cert", "key", "client_ca")
        if getattr(settings, f"tls_{name}")
    }
    if not given:
        return None
    for missing in {"cert", "key"} - given.keys():
        raise SettingsError(
            f"TLS needs ingest.tls_cert and ingest.tls_key; tls_{missing} is not set"
        )
    for name, file in given.items():
        try:
            Path(file).read_bytes()
        except OSError as error:
            raise SettingsError(
                f"ingest.tls_{name} {file} cannot be read: {error.strerror}"
            ) from None
    clients = given.get("client_ca")
    return Tls(Path(given["cert"]), Path(given["key"]), Path(clients) if clients else None)
