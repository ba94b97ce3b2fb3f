"""Bodies seen lately: an exporter that did not hear the answer sends the same bytes again."""

from __future__ import annotations

import time
from collections import OrderedDict
from concurrent.futures import Future
from hashlib import blake2b

from longpole.core.otlp.signals import Signal

MAX_BODIES = 200_000
SIZE = 16


def digest(signal: Signal, project: str, body: bytes) -> bytes:
    """What identifies a body of a signal and project; no sender can make two bodies collide."""
    about = blake2b(f"{signal}:{project}".encode(), digest_size=16).digest()
    return blake2b(body, digest_size=SIZE, key=about).digest()


class Repeats:
    """Digest -> the future of the request that brought it first. Not thread-safe."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._known: OrderedDict[bytes, tuple[Future[None], float]] = OrderedDict()

    def find(self, digest: bytes) -> Future[None] | None:
        """The request with the same body within the window, waiting or done."""
        self._forget_old()
        found = self._known.get(digest)
        return found[0] if found else None

    def remember(self, digest: bytes, durable: Future[None], age_s: float = 0.0) -> None:
        """From now on this body counts as seen."""
        if self._window_s > 0:
            self._known[digest] = durable, time.monotonic() - age_s

    def forget(self, digest: bytes) -> None:
        """The body was not accepted after all."""
        self._known.pop(digest, None)

    def _forget_old(self) -> None:
        oldest_allowed = time.monotonic() - self._window_s
        while self._known:
            digest, (_, at) = next(iter(self._known.items()))
            if at >= oldest_allowed and len(self._known) <= MAX_BODIES:
                return
            del self._known[digest]
