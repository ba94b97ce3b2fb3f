"""From the spool into ClickHouse: large inserts, each exactly once.

A batch keeps its token until it is dealt with, so repeating it after a crash or a lost connection
stores nothing twice. A request that the store refuses is found by halving and becomes a dead
letter; its neighbours are stored.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from longpole.core.errors import InputError, StoreError, StoreMemoryError, StoreUnavailableError
from longpole.core.otlp import (
    INPUT_FORMAT,
    frame_request,
    input_settings,
    input_table,
    rewrite,
)
from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.ingest.backlog import Backlog
from longpole.ingest.refusals import Refusals
from longpole.ingest.spool import Entry, Request, Spool
from longpole.ingest.spool.dead import REPLAY, DeadLetter
from longpole.ingest.stats import IngestStats

log = logging.getLogger(__name__)

RETRY_S = 1.0
LONGEST_RETRY_S = 30.0
STOP_S = 10.0
LOOK_S = 2.0
# A store that refuses every request of a batch is rather at fault itself: that often it is asked
# again before the requests are put aside.
PATIENCE = 8


class Drain:
    """One thread that stores what one signal's queue holds, oldest first."""

    def __init__(
        self,
        signal: Signal,
        store: Store,
        spool: Spool,
        backlog: Backlog,
        refusals: Refusals,
        settings: IngestSettings,
        stats: IngestStats,
    ) -> None:
        self._signal = signal
        self._store = store
        self._name = spool.name
        self._taker = spool.takers[signal]
        self._backlog = backlog
        self._arrived = backlog.arrived[signal]
        self._refusals = refusals
        self._stats = stats
        self._flush_s = settings.flush_ms / 1000
        self._batch_bytes = settings.batch_mib << 20
        self._settings = input_settings(signal, store.embedded)
        self._stopping = threading.Event()
        self._stop_at = float("inf")
        self._failures = 0
        self.last_error = ""
        self._thread = threading.Thread(target=self._run, name=f"longpole-drain-{signal}")

    def start(self) -> None:
        """Start storing."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Store what waits for a few seconds more; the rest stays for the next start."""
        self._stop_at = time.monotonic() + STOP_S
        self._stopping.set()
        self._arrived.set()

    def join(self) -> None:
        """Wait until it has stopped."""
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        more = True
        while not self._done(more):
            if not more:
                self._wait()
            self._arrived.clear()
            try:
                self._replay()
                more = self._drain()
                self._failures, self.last_error = 0, ""
            except Exception as error:
                more = True
                self._retry_later(error)

    def _done(self, more: bool) -> bool:
        if not self._stopping.is_set():
            return False
        # What arrived before the stop was asked for is looked at once more.
        return not (more or self._arrived.is_set()) or time.monotonic() >= self._stop_at

    def _wait(self) -> None:
        if self._arrived.wait(LOOK_S) and self._backlog.size < self._batch_bytes:
            # Company makes inserts cheap: each costs as much as thousands of spans.
            self._stopping.wait(self._flush_s)

    def _retry_later(self, error: Exception) -> None:
        # Whatever it is, what was accepted stays in the spool and is tried again.
        if not isinstance(error, StoreUnavailableError):
            log.exception("storing %s failed", self._signal)
        elif self.last_error != str(error):
            log.warning("%s; %d bytes wait in the spool", error, self._backlog.size)
        self.last_error = " ".join(str(error).split())[:2000]
        self._failures += 1
        self._stopping.wait(min(RETRY_S * 2 ** min(self._failures - 1, 10), LONGEST_RETRY_S))
        if self._stopping.is_set():
            time.sleep(min(RETRY_S, max(0.0, self._stop_at - time.monotonic())))

    def _drain(self) -> bool:
        """Store one batch, the one begun before if there is one; whether there was one."""
        batch = self._taker.next_batch(self._batch_bytes)
        if not batch:
            return False
        refused = self._store_all(batch)
        if len(refused) == len(batch) > 1 and self._failures < PATIENCE:
            raise StoreUnavailableError(
                f"the store refuses all of {len(batch)} requests: {refused[batch[0].id]}"
            )
        for request in batch:
            if request.id in refused:
                self._refusals.keep(request, refused[request.id])
        self._taker.finish(batch, refused)
        self._backlog.release(sum(len(request.frames) for request in batch))
        return True

    def _store_all(self, batch: Sequence[Request]) -> dict[int, str]:
        """Store a batch but for the requests that the store refuses: id -> reason."""
        try:
            self._insert(batch)
            return {}
        except StoreMemoryError as error:
            # Half as much may fit. One request that never fits must not hold up the others.
            if len(batch) == 1 and self._failures < PATIENCE:
                raise
            reason = str(error)
        except StoreUnavailableError:
            raise
        except StoreError as error:
            reason = str(error)
        if len(batch) == 1:
            return self._last_try(batch[0], reason)
        middle = len(batch) // 2
        return {**self._store_all(batch[:middle]), **self._store_all(batch[middle:])}

    def _last_try(self, request: Request, reason: str) -> dict[int, str]:
        """A refused request in the plainest encoding; blamed only where the store takes rows."""
        self._check_table()
        token = f"{self._name}:{request.id}-plain"
        try:
            self._insert_raw(rewrite(request.signal, request.frames), token)
        except StoreUnavailableError:
            raise
        except (StoreError, InputError):
            return {request.id: reason}
        return {}

    def _insert(self, batch: Sequence[Request]) -> None:
        token = f"{self._name}:{batch[0].id}-{batch[-1].id}"
        body = b"".join(request.frames for request in batch)
        self._insert_raw(body, token)
        self._stats.add(f"stored_{self._signal.item}", sum(request.items for request in batch))
        self._stats.add("inserts", 1)

    def _insert_raw(self, body: bytes, token: str) -> None:
        settings = {**self._settings, "insert_deduplication_token": token}
        self._store.insert_raw(input_table(self._signal), body, INPUT_FORMAT, settings)

    def _check_table(self) -> None:
        """Blame a request only where the store takes rows at all, if none."""
        try:
            self._insert_raw(b"", f"{self._name}:none")
        except StoreError as error:
            raise StoreUnavailableError(f"the store takes no {self._signal}: {error}") from error

    def _replay(self) -> None:
        for letter, body in self._refusals.to_replay(self._signal):
            try:
                frames = frame_request(body, letter.project)
            except InputError as error:
                self._refusals.not_replayed(letter, str(error))
                continue
            self._put_back(letter, frames)
            self._refusals.replayed(letter)

    def _put_back(self, letter: DeadLetter, frames: bytes) -> None:
        entry = Entry(letter.signal, letter.project, letter.items, frames)
        if self._taker.put_back(f"{REPLAY}:{letter.id}", entry):
            self._backlog.add(len(frames))
