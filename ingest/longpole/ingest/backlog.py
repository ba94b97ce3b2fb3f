"""How much is accepted and not stored: bounds memory and disk, wakes the thread that stores."""

from __future__ import annotations

import threading

from longpole.ingest.errors import BusyError


class Backlog:
    """Bytes on their way to the store. Thread-safe."""

    def __init__(self, limit: int, size: int = 0) -> None:
        self.arrived = threading.Event()
        self._changed = threading.Condition()
        self._limit = limit
        self._size = size
        if size:
            self.arrived.set()

    @property
    def size(self) -> int:
        """Bytes accepted, or being accepted, that the store does not have."""
        return self._size

    def take(self, size: int) -> None:
        """Make room for a request. Raises BusyError when there is none."""
        with self._changed:
            if self._size + size > self._limit:
                raise BusyError(
                    f"{self._size >> 20} MiB wait for the store; retry in "
                    f"{BusyError.retry_after_s} s"
                )
            self._size += size

    def release(self, size: int) -> None:
        """A request is dealt with."""
        with self._changed:
            self._size -= size
            self._changed.notify_all()

    def wait_empty(self, timeout_s: float) -> bool:
        """Whether everything was dealt with in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._size == 0, timeout_s)
