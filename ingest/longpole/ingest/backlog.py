"""How much is accepted and not stored: bounds the disk, wakes the threads that store."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

from longpole.core.otlp.signals import Signal
from longpole.ingest.errors import BusyError

LOOK_AT_DISK_S = 1.0


class Backlog:
    """Bytes on their way to the store. Thread-safe."""

    def __init__(self, folder: Path, limit: int, min_free: int, size: int = 0) -> None:
        self.limit = limit
        self.arrived = {signal: threading.Event() for signal in Signal}
        self._changed = threading.Condition()
        self._size = size
        self._folder, self._min_free = folder, min_free
        self._free, self._looked_at = min_free, float("-inf")
        if size:
            self.wake()

    @property
    def size(self) -> int:
        """Bytes accepted, or being accepted, that the store does not have."""
        return self._size

    def wake(self) -> None:
        """Let every drain look."""
        for event in self.arrived.values():
            event.set()

    def take(self, size: int) -> None:
        """Make room for a request. Raises BusyError when there is none."""
        with self._changed:
            if self._size + size > self.limit:
                raise BusyError(
                    f"{self._size >> 20} MiB wait for the store; retry in "
                    f"{BusyError.retry_after_s} s"
                )
            if self._free_bytes() - size < self._min_free:
                raise BusyError(
                    f"the disk of the spool {self._folder} has only {self._free >> 20} MiB left "
                    f"(ingest.min_free_mib is {self._min_free >> 20}); make room and retry"
                )
            self._size += size

    def release(self, size: int) -> None:
        """A request is dealt with."""
        with self._changed:
            self._size -= size
            self._changed.notify_all()

    def add(self, size: int) -> None:
        """More waits, whatever the limit: it was accepted before."""
        with self._changed:
            self._size += size

    def wait_empty(self, timeout_s: float) -> bool:
        """Whether everything was dealt with in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._size == 0, timeout_s)

    def _free_bytes(self) -> int:
        now = time.monotonic()
        if now - self._looked_at > LOOK_AT_DISK_S:
            self._free, self._looked_at = shutil.disk_usage(self._folder).free, now
        return self._free
