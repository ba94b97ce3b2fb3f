"""A bound on the memory of requests that are being read: beyond it senders are told to retry."""

from __future__ import annotations

import threading
from types import TracebackType

from longpole.ingest.errors import BusyError


class MemoryBudget:
    """Bytes of all request bodies in memory, read and unpacked. Thread-safe."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._used = 0

    @property
    def used(self) -> int:
        """Bytes lent now."""
        return self._used

    def lend(self) -> Loan:
        """What one request uses; give it back by leaving its `with` block."""
        return Loan(self)

    def take(self, size: int) -> None:
        """Count more bytes. Raises BusyError when there is no room for them."""
        with self._lock:
            if self._used + size > self._limit:
                raise BusyError(
                    f"requests of {self._used >> 20} MiB are being read (ingest.max_reading_mib "
                    f"is {self._limit >> 20}); retry in {BusyError.retry_after_s} s"
                )
            self._used += size

    def give(self, size: int) -> None:
        """Count bytes that are free again."""
        with self._lock:
            self._used -= size


class Loan:
    """Bytes of one request."""

    def __init__(self, budget: MemoryBudget) -> None:
        self._budget = budget
        self._size = 0

    def take(self, size: int) -> None:
        """Use more. Raises BusyError when there is no room."""
        self._budget.take(size)
        self._size += size

    def __enter__(self) -> Loan:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._budget.give(self._size)
