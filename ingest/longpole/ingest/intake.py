"""Group commit: requests that come together become durable with one sync of the disk.

A request is answered when its bytes are in the spool, so an answer of success means it will be
stored, whatever happens to this process. While one commit runs, new requests gather for the next.
"""

from __future__ import annotations

import logging
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from longpole.core.errors import StoreError
from longpole.ingest.backlog import Backlog
from longpole.ingest.errors import BusyError
from longpole.ingest.spool import Spool
from longpole.ingest.stats import IngestStats

log = logging.getLogger(__name__)

COMMIT_BYTES = 64 << 20


@dataclass(frozen=True)
class _Arrived:
    frames: bytes
    spans: int
    durable: Future[None] = field(default_factory=Future)


class Intake:
    """One thread that makes durable what the receivers submit."""

    def __init__(self, spool: Spool, backlog: Backlog, stats: IngestStats) -> None:
        self._spool = spool
        self._backlog = backlog
        self._stats = stats
        self._queue: queue.SimpleQueue[_Arrived | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="longpole-intake")

    def start(self) -> None:
        """Start committing."""
        self._thread.start()

    def submit(self, frames: bytes, spans: int) -> Future[None]:
        """Take a request; the future is done when it is durable. Raises BusyError when full."""
        arrived = _Arrived(frames, spans)
        # A sender that no longer waits must not cancel what its neighbours wait for.
        arrived.durable.set_running_or_notify_cancel()
        with self._closing:
            if self._closed:
                raise BusyError("the service is stopping; retry when it is back")
            self._backlog.take(len(frames))
            self._queue.put(arrived)
        return arrived.durable

    def stop(self) -> None:
        """Make durable what was submitted, then stop."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = self._gather(first)
            self._commit(batch)
            if last:
                return

    def _gather(self, first: _Arrived) -> tuple[list[_Arrived], bool]:
        """Everything that is there by now; and whether nothing more will come."""
        batch, size = [first], len(first.frames)
        while size < COMMIT_BYTES:
            try:
                arrived = self._queue.get_nowait()
            except queue.Empty:
                break
            if arrived is None:
                return batch, True
            batch.append(arrived)
            size += len(arrived.frames)
        return batch, False

    def _commit(self, batch: list[_Arrived]) -> None:
        try:
            self._spool.append([(arrived.spans, arrived.frames) for arrived in batch])
        except Exception as error:
            # Whatever it is (disk, memory), this thread goes on: every sender waits for it.
            if not isinstance(error, StoreError):
                log.exception("the intake failed")
            self._backlog.release(sum(len(arrived.frames) for arrived in batch))
            for arrived in batch:
                arrived.durable.set_exception(BusyError(str(error)))
            return
        self._stats.add("accepted_spans", sum(arrived.spans for arrived in batch))
        self._backlog.arrived.set()
        for arrived in batch:
            arrived.durable.set_result(None)
