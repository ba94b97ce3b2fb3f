"""Connections to the store: each serves one thread at a time, so several are kept."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from clickhouse_connect.driver.client import Client


class Pool:
    """At most `size` connections, opened when they are needed and kept for the next user."""

    def __init__(self, size: int, connect: Callable[[], Client]) -> None:
        self._size = size
        self._connect = connect
        self._slots = threading.BoundedSemaphore(size)
        self._idle: queue.LifoQueue[Client] = queue.LifoQueue()

    @contextmanager
    def client(self) -> Iterator[Client]:
        """Lend a connection; waits while all are lent. One that failed is not lent again."""
        with self._slots:
            client = self._take()
            try:
                yield client
            except BaseException:
                # The embedded engine puts the beginning of a failed answer before the next one.
                client.close()
                raise
            self._idle.put(client)

    def close(self) -> None:
        """Wait until no connection is lent, then close them all."""
        for _ in range(self._size):
            self._slots.acquire()
        while not self._idle.empty():
            self._idle.get_nowait().close()
        for _ in range(self._size):
            self._slots.release()

    def _take(self) -> Client:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._connect()
