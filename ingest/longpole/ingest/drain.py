"""From the spool into ClickHouse: large inserts, each exactly once.

A batch keeps its token until it is dealt with, so repeating it after a crash or a lost connection
stores nothing twice. A request that the store refuses is found by halving, set aside with the
reason and counted; its neighbours are stored.
"""

from __future__ import annotations

import logging
import threading
import time

from longpole.core.errors import StoreError, StoreUnavailableError
from longpole.core.otlp import INPUT_FORMAT, Signal, input_settings, input_table
from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.ingest.backlog import Backlog
from longpole.ingest.spool import Request, Spool
from longpole.ingest.stats import IngestStats

log = logging.getLogger(__name__)

RETRY_S = 1.0
STOP_S = 10.0


class Drain:
    """One thread that stores what the spool holds, oldest first."""

    def __init__(
        self,
        store: Store,
        spool: Spool,
        backlog: Backlog,
        settings: IngestSettings,
        stats: IngestStats,
    ) -> None:
        self._store = store
        self._spool = spool
        self._backlog = backlog
        self._stats = stats
        self._flush_s = settings.flush_ms / 1000
        self._batch_bytes = settings.batch_mib << 20
        self._settings = input_settings(Signal.TRACES, store.embedded)
        self._stopping = threading.Event()
        self._stop_at = float("inf")
        self._thread = threading.Thread(target=self._run, name="longpole-drain")

    def start(self) -> None:
        """Start storing."""
        self._thread.start()

    def stop(self) -> None:
        """Store what waits for a few seconds more; the rest stays for the next start."""
        self._stop_at = time.monotonic() + STOP_S
        self._stopping.set()
        self._backlog.arrived.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._done():
            self._backlog.arrived.wait()
            if self._backlog.size < self._batch_bytes:
                # Company makes inserts cheap: each costs as much as thousands of spans.
                self._stopping.wait(self._flush_s)
            self._backlog.arrived.clear()
            try:
                self._drain()
            except StoreUnavailableError as error:
                self._retry_later(str(error))
            except Exception as error:
                # Whatever it is, what was accepted stays in the spool and is tried again.
                log.exception("storing failed")
                self._retry_later(str(error))

    def _done(self) -> bool:
        if not self._stopping.is_set():
            return False
        return self._backlog.size == 0 or time.monotonic() >= self._stop_at

    def _retry_later(self, why: str) -> None:
        log.warning("%s; %d bytes wait in the spool", why, self._backlog.size)
        self._backlog.arrived.set()
        time.sleep(RETRY_S)

    def _drain(self) -> None:
        """Store one batch, the one begun before if there is one."""
        batch = self._spool.next_batch(self._batch_bytes)
        if not batch:
            return
        self._store_all(batch)
        self._spool.finish()
        self._backlog.release(sum(len(request.frames) for request in batch))
        if self._backlog.size:
            self._backlog.arrived.set()

    def _store_all(self, batch: list[Request]) -> None:
        try:
            self._insert(batch)
        except StoreUnavailableError:
            raise
        except StoreError as error:
            if len(batch) == 1:
                self._set_aside(batch[0], str(error))
                return
            middle = len(batch) // 2
            self._store_all(batch[:middle])
            self._store_all(batch[middle:])

    def _insert(self, batch: list[Request]) -> None:
        token = f"{self._spool.name}:{batch[0].id}-{batch[-1].id}"
        settings = {**self._settings, "insert_deduplication_token": token}
        body = b"".join(request.frames for request in batch)
        self._store.insert_raw(input_table(Signal.TRACES), body, INPUT_FORMAT, settings)
        self._stats.add("stored_spans", sum(request.spans for request in batch))
        self._stats.add("inserts", 1)

    def _set_aside(self, request: Request, reason: str) -> None:
        log.error("the store refused a request of %d spans: %s", request.spans, reason)
        self._spool.set_aside(request, reason)
        self._stats.add("refused_spans", request.spans)
