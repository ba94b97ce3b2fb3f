"""Copies the ledger of this process into the store, where UI and API of any process read it."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl

from longpole.core.errors import StoreError
from longpole.core.store import Store
from longpole.ingest.backlog import Backlog
from longpole.ingest.refusals import Refusals
from longpole.ingest.spool import Line, Outcome, Spool
from longpole.ingest.spool.dead import DeadLetter
from longpole.ingest.spool.ledger import Amount

log = logging.getLogger(__name__)

EVERY_S = 2.0
# Without news the row of the spool is written again that often, to show that the process lives.
ALIVE_S = 30.0


class Report:
    """A thread that tells the store how ingest is doing. What it cannot tell it tells later."""

    def __init__(
        self,
        store: Store,
        spool: Spool,
        backlog: Backlog,
        refusals: Refusals,
        last_error: Callable[[], str],
    ) -> None:
        self._store = store
        self._spool = spool
        self._backlog = backlog
        self._refusals = refusals
        self._last_error = last_error
        self._told: dict[Line, Amount] = {}
        self._state: tuple[object, ...] = ()
        self._told_at = float("-inf")
        self._started = datetime.now(UTC)
        self._failing = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="longpole-report")

    def start(self) -> None:
        """Start telling."""
        self._thread.start()

    def stop(self) -> None:
        """Tell once more, then stop."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            self._tell_or_log()
        self._tell_or_log()

    def _tell_or_log(self) -> None:
        try:
            self.tell()
            if not self._backlog.size:
                self._spool.shrink()
            self._failing = False
        except StoreError as error:
            if not self._failing:
                log.warning("the ledger of ingest cannot be copied into the store yet: %s", error)
            self._failing = True
        except Exception:
            log.exception("the ledger of ingest cannot be copied into the store")

    def tell(self) -> None:
        """Write what changed since the last time. Raises StoreError."""
        now = datetime.now(UTC)
        ledger = self._spool.ledger()
        changed = {line: what for line, what in ledger.items() if self._told.get(line) != what}
        self._store.insert("ingest_ledger", self._ledger_rows(changed, now))
        self._told = ledger
        self._tell_letters(now)
        self._tell_state(now)

    def _tell_letters(self, now: datetime) -> None:
        letters = self._refusals.changes()
        try:
            self._store.insert("dead_letters", self._letter_rows(letters, now))
        except StoreError:
            self._refusals.not_told(letters)
            raise

    def _tell_state(self, now: datetime) -> None:
        waiting = self._spool.waiting()
        dead, error = self._refusals.count(), self._last_error()
        state = (waiting, dead, error)
        if state == self._state and time.monotonic() - self._told_at < ALIVE_S:
            return
        row = {
            "Spool": self._spool.name, "Host": socket.gethostname(),
            "Folder": str(self._spool.folder.absolute()), "StartedAt": self._started,
            "WaitingRequests": waiting.requests, "WaitingBytes": waiting.size,
            "LimitBytes": self._backlog.limit,
            "OldestWaitingAt": None if waiting.oldest_ms is None else _time(waiting.oldest_ms),
            "DeadLetters": dead, "LastError": error, "UpdatedAt": now,
        }  # fmt: skip
        times = {"OldestWaitingAt": pl.Datetime("ms", "UTC")}
        self._store.insert("ingest_spools", pl.DataFrame([row], schema_overrides=times))
        self._state, self._told_at = state, time.monotonic()

    def _ledger_rows(self, changed: dict[Line, Amount], now: datetime) -> pl.DataFrame:
        return pl.DataFrame(
            [
                {
                    "Spool": self._spool.name, "Project": line.project, "Signal": line.signal,
                    "Outcome": Outcome(line.outcome).value, "Reason": line.reason,
                    "Items": max(what.items, 0), "Requests": max(what.requests, 0),
                    "Bytes": max(what.size, 0), "UpdatedAt": now,
                }
                for line, what in changed.items()
            ]
        )  # fmt: skip

    def _letter_rows(self, letters: list[tuple[DeadLetter, str]], now: datetime) -> pl.DataFrame:
        return pl.DataFrame(
            [
                {
                    "Spool": self._spool.name, "Id": letter.id, "Project": letter.project,
                    "Signal": letter.signal.value, "Items": letter.items, "Bytes": letter.size,
                    "Reason": letter.reason, "ReceivedAt": _time(letter.received_ms),
                    "RefusedAt": _time(letter.refused_ms), "State": state, "UpdatedAt": now,
                }
                for letter, state in letters
            ]
        )  # fmt: skip


def _time(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
