"""Counters of the ingest service: accepted = stored + waiting, rejected apart."""

from __future__ import annotations

import threading
from collections import Counter


class IngestStats:
    """Thread-safe counters, read by /metrics."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: Counter[str] = Counter()

    def add(self, name: str, amount: int) -> None:
        """Count `amount` more of `name`."""
        with self._lock:
            self._values[name] += amount

    def snapshot(self) -> dict[str, float]:
        """All counters now."""
        with self._lock:
            return {name: float(value) for name, value in sorted(self._values.items())}
