"""How much a project may send: a token bucket each, in items a second."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from longpole.ingest.errors import RateLimitedError

BURST_S = 2
SWEEP_S = 60.0


@dataclass
class _Bucket:
    tokens: float
    filled_at_s: float


class RateLimiter:
    """A bucket holds what a project may send in two seconds, and fills at its rate.

    A request passes while there is something in the bucket; what it takes beyond that is owed and
    comes back first. So the rate holds over time, and neither a request that is larger than the
    bucket nor one among many small ones is refused for ever. Thread-safe; a bucket that is full
    again is forgotten, so memory is bounded by the projects that send.
    """

    def __init__(
        self, items_per_s: Callable[[str], int], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._items_per_s = items_per_s
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}
        self._swept_at_s = clock()

    def take(self, project: str, items: int) -> None:
        """Account for a request. Raises RateLimitedError, and takes nothing, when it must wait."""
        rate = self._items_per_s(project)
        if rate <= 0 or items <= 0:
            return
        with self._lock:
            now_s = self._clock()
            self._sweep(now_s)
            bucket = self._filled(project, rate, now_s)
            if bucket.tokens < 1:
                raise _too_fast(project, rate, 1 - bucket.tokens)
            bucket.tokens -= items

    def _filled(self, project: str, rate: int, now_s: float) -> _Bucket:
        full = float(rate * BURST_S)
        bucket = self._buckets.setdefault(project, _Bucket(full, now_s))
        gained = (now_s - bucket.filled_at_s) * rate
        bucket.tokens = min(full, bucket.tokens + gained)
        bucket.filled_at_s = now_s
        return bucket

    def _sweep(self, now_s: float) -> None:
        """Forget buckets that are full by now: a new one would be the same."""
        if now_s - self._swept_at_s < SWEEP_S:
            return
        self._swept_at_s = now_s
        for project in list(self._buckets):
            rate = self._items_per_s(project)
            if rate <= 0 or self._filled(project, rate, now_s).tokens >= rate * BURST_S:
                del self._buckets[project]


def _too_fast(project: str, rate: int, missing: float) -> RateLimitedError:
    wait_s = max(1, math.ceil(missing / rate))
    return RateLimitedError(
        f"the project {project} may send {rate} items a second; retry in {wait_s} s", wait_s
    )
