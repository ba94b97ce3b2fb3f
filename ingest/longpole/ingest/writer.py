"""Group commit: requests that wait together go into ClickHouse as one insert.

A request is answered only after its insert came back, so an answer of success means stored.
While an insert runs, new requests gather for the next one.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

from longpole.core.errors import StoreError, StoreUnavailableError
from longpole.core.otlp import INPUT_FORMAT, INPUT_TABLE, input_settings
from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.ingest.errors import BusyError, RefusedError
from longpole.ingest.stats import IngestStats

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Waiting:
    frames: bytes
    spans: int
    done: Future[None] = field(default_factory=Future)


class Writer:
    """One thread that inserts what the receivers submit."""

    def __init__(self, store: Store, settings: IngestSettings, stats: IngestStats) -> None:
        self._store = store
        self._stats = stats
        self._flush_s = settings.flush_ms / 1000
        self._batch_bytes = settings.batch_mib << 20
        self._limit = settings.max_waiting_mib << 20
        self._settings = input_settings(store.embedded)
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waiting_bytes = 0
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="longpole-writer")

    def start(self) -> None:
        """Start inserting."""
        self._thread.start()

    def submit(self, frames: bytes, spans: int) -> Future[None]:
        """Queue frames; the future is done when they are stored. Raises BusyError when full."""
        with self._lock:
            if self._closed or self._waiting_bytes + len(frames) > self._limit:
                raise BusyError(
                    f"{self._waiting_bytes >> 20} MiB wait for the store; retry in "
                    f"{BusyError.retry_after_s} s"
                )
            self._waiting_bytes += len(frames)
            item = _Waiting(frames, spans)
            # A sender that no longer waits must not cancel what its neighbours wait for.
            item.done.set_running_or_notify_cancel()
            self._queue.put(item)
        self._stats.add("accepted_spans", spans)
        return item.done

    @property
    def waiting_bytes(self) -> int:
        """Bytes submitted and not yet stored."""
        return self._waiting_bytes

    def stop(self) -> None:
        """Store what waits, then stop."""
        with self._lock:
            self._closed = True
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = self._gather(first)
            self._store_batch(batch)
            with self._lock:
                self._waiting_bytes -= sum(len(item.frames) for item in batch)
            if last:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch, size = [first], len(first.frames)
        deadline = time.monotonic() + self._flush_s
        while size < self._batch_bytes:
            try:
                item = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            if item is None:
                return batch, True
            batch.append(item)
            size += len(item.frames)
        return batch, False

    def _store_batch(self, batch: list[_Waiting]) -> None:
        try:
            self._insert(batch)
        except StoreUnavailableError as error:
            self._fail(batch, BusyError(str(error)))
        except StoreError as error:
            if len(batch) == 1:
                log.error("the store refused a request of %d spans: %s", batch[0].spans, error)
                self._fail(batch, RefusedError(f"the store refused these spans: {error}"))
            else:
                # One bad request must not take its neighbours with it.
                middle = len(batch) // 2
                self._store_batch(batch[:middle])
                self._store_batch(batch[middle:])
        except Exception as error:
            log.exception("the writer failed")
            self._fail(batch, BusyError(f"the writer failed: {error}"))

    def _insert(self, batch: list[_Waiting]) -> None:
        body = b"".join(item.frames for item in batch)
        self._store.insert_raw(INPUT_TABLE, body, INPUT_FORMAT, self._settings)
        self._stats.add("stored_spans", sum(item.spans for item in batch))
        self._stats.add("inserts", 1)
        for item in batch:
            item.done.set_result(None)

    def _fail(self, batch: list[_Waiting], error: RefusedError) -> None:
        self._stats.add("failed_spans", sum(item.spans for item in batch))
        for item in batch:
            item.done.set_exception(error)
