"""Group commit: requests that come together become durable with one sync of the disk.

A request is answered when its bytes are in the spool, so an answer of success means it will be
stored, whatever happens to this process. While one commit runs, new requests gather for the next.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

from longpole.core.errors import StoreError
from longpole.ingest.backlog import Backlog
from longpole.ingest.errors import BusyError, ForbiddenError
from longpole.ingest.repeats import Repeats
from longpole.ingest.spool import Entry, Spool
from longpole.ingest.spool.ledger import Changes
from longpole.ingest.stats import IngestStats

log = logging.getLogger(__name__)

COMMIT_BYTES = 32 << 20
TICK_S = 1.0
FORGET_S = 60.0
MAX_PROJECTS = 10_000


@dataclass(frozen=True)
class Arrival:
    """A request that was read and checked: what to queue, and what to count once it is durable.

    `digest` identifies its body; `repeated` is counted instead where the body was seen before.
    """

    entries: tuple[Entry, ...]
    changes: Changes
    digest: bytes
    repeated: Changes
    durable: Future[None] = field(default_factory=Future)

    @property
    def size(self) -> int:
        """Bytes that go into the spool."""
        return sum(len(entry.frames) for entry in self.entries)


class Intake:
    """One thread that makes durable what the receivers submit."""

    def __init__(
        self, spool: Spool, backlog: Backlog, stats: IngestStats, repeat_window_s: float
    ) -> None:
        self._spool = spool
        self._backlog = backlog
        self._stats = stats
        self._repeats = Repeats(repeat_window_s)
        self._window_s = repeat_window_s
        self._forgot_at = time.monotonic()
        self._queue: queue.SimpleQueue[Arrival | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._noted = Changes()
        self._projects = {line.project for line in spool.ledger()}
        self._thread = threading.Thread(target=self._run, name="longpole-intake")
        self._recall(repeat_window_s)

    def start(self) -> None:
        """Start committing."""
        self._thread.start()

    def submit(self, arrival: Arrival) -> Future[None]:
        """Take a request; the future is done when it is durable. Raises BusyError when full."""
        # A sender that no longer waits must not cancel what its neighbours wait for.
        arrival.durable.set_running_or_notify_cancel()
        with self._lock:
            if self._closed:
                raise BusyError("the service is stopping; retry when it is back")
            if (before := self._repeats.find(arrival.digest)) is not None:
                self._noted.merge(arrival.repeated)
                return before
            self._backlog.take(arrival.size)
            self._repeats.remember(arrival.digest, arrival.durable)
            self._queue.put(arrival)
        return arrival.durable

    def check_projects(self, projects: set[str]) -> None:
        """Raise ForbiddenError for a new project where there are too many: each costs for ever."""
        with self._lock:
            new = projects - self._projects
            if new and len(self._projects) + len(new) > MAX_PROJECTS:
                raise ForbiddenError(
                    f"there are {MAX_PROJECTS} projects already and {min(new)} is not one of them; "
                    "send to one that exists"
                )
            self._projects |= new

    def note(self, changes: Changes) -> None:
        """Count what is not part of an accepted request; written with the next commit."""
        with self._lock:
            self._noted.merge(changes)

    def stop(self) -> None:
        """Make durable what was submitted, then stop."""
        with self._lock:
            self._closed = True
            self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _recall(self, window_s: float) -> None:
        now_ms = time.time_ns() // 1_000_000
        done: Future[None] = Future()
        done.set_result(None)
        for digest, seen_ms in self._spool.digests(now_ms - int(window_s * 1000)):
            self._repeats.remember(digest, done, max(0.0, (now_ms - seen_ms) / 1000))

    def _run(self) -> None:
        last = False
        while not last:
            batch, last = self._gather()
            self._commit(batch)
            self._forget_old()

    def _gather(self) -> tuple[list[Arrival], bool]:
        """Everything that is there by now, after at most a tick; whether nothing more will come."""
        batch: list[Arrival] = []
        size = 0
        while size < COMMIT_BYTES:
            try:
                arrival = self._queue.get_nowait() if batch else self._queue.get(timeout=TICK_S)
            except queue.Empty:
                break
            if arrival is None:
                return batch, True
            batch.append(arrival)
            size += arrival.size
        return batch, False

    def _commit(self, batch: list[Arrival]) -> None:
        changes = self._take_noted()
        if not batch and not changes:
            return
        for arrival in batch:
            changes.merge(arrival.changes)
        entries = [entry for arrival in batch for entry in arrival.entries]
        try:
            self._spool.append(entries, changes, [arrival.digest for arrival in batch])
        except Exception as error:
            # Whatever it is (disk, memory), this thread goes on: every sender waits for it.
            if not isinstance(error, StoreError):
                log.exception("the intake failed")
            self._fail(batch, str(error))
        else:
            self._done(batch, entries)

    def _forget_old(self) -> None:
        if time.monotonic() - self._forgot_at < FORGET_S:
            return
        self._forgot_at = time.monotonic()
        try:
            self._spool.forget(time.time_ns() // 1_000_000 - int(self._window_s * 1000))
        except StoreError as error:
            log.warning("%s", error)

    def _take_noted(self) -> Changes:
        with self._lock:
            noted, self._noted = self._noted, Changes()
        return noted

    def _fail(self, batch: list[Arrival], why: str) -> None:
        with self._lock:
            for arrival in batch:
                self._repeats.forget(arrival.digest)
        self._backlog.release(sum(arrival.size for arrival in batch))
        for arrival in batch:
            arrival.durable.set_exception(BusyError(why))

    def _done(self, batch: list[Arrival], entries: list[Entry]) -> None:
        for entry in entries:
            self._stats.add(f"accepted_{entry.signal.item}", entry.items)
        for signal in {entry.signal for entry in entries}:
            self._backlog.arrived[signal].set()
        for arrival in batch:
            arrival.durable.set_result(None)
