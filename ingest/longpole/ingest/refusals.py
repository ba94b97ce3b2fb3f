"""Dead letters seen from the service: kept, listed in the store, replayed, dropped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

from longpole.core.errors import InputError
from longpole.core.otlp import unframe
from longpole.core.otlp.signals import Signal
from longpole.ingest.spool import Request, Spool
from longpole.ingest.spool.dead import DROPPED, REPLAY, DeadLetter, DeadLetters, letter_id, now_ms

log = logging.getLogger(__name__)

FOLDER = "dead"


class Refusals:
    """The dead letters of one spool. Thread-safe."""

    def __init__(self, spool: Spool, limit: int) -> None:
        self._spool = spool.name
        self._letters = DeadLetters(spool.folder / FOLDER, limit)
        self._lock = threading.Lock()
        self._changed: dict[str, tuple[DeadLetter, str]] = {}
        self._take_over(spool)

    def keep(self, request: Request, reason: str) -> None:
        """Put a refused request aside, durably. The same request again changes nothing."""
        letter = self._letter(request, reason)
        body = _body_of(request)
        log.error(
            "the store refused a request of %d %s, kept as dead letter %s: %s",
            *(request.items, request.signal.item, letter.id, reason),
        )
        with self._lock:
            gone = self._letters.put(letter, body)
            self._note(letter, "kept")
            for old in gone:
                log.error("dead letter %s made room for a newer one (ingest.max_dead_mib)", old.id)
                self._note(old, "dropped")

    def to_replay(self, signal: Signal) -> Iterator[tuple[DeadLetter, bytes]]:
        """Letters somebody asked to send again, with their OTLP bodies."""
        for letter in self._letters.kept(REPLAY):
            if letter.signal is signal:
                yield letter, self._letters.body(letter, REPLAY)

    def not_replayed(self, letter: DeadLetter, why: str) -> None:
        """The letter cannot be queued; it stays a dead letter."""
        log.error("dead letter %s cannot be sent again: %s", letter.id, why)
        with self._lock:
            self._letters.move_back(letter)
            self._note(letter, "kept")

    def replayed(self, letter: DeadLetter) -> None:
        """The letter is in the queue again."""
        with self._lock:
            self._letters.remove(letter, REPLAY)
            self._note(letter, "replayed")

    def act(self, action: str, spool: str, wanted: str) -> None:
        """Do what the UI asks: `replay` or `drop`. Raises InputError for what is not here."""
        if spool != self._spool:
            raise InputError(
                f"the dead letter belongs to spool {spool[:60]!r} of another process; run "
                "`longpole dead-letters` where that spool is"
            )
        with self._lock:
            self._letters.move(wanted, REPLAY if action == "replay" else DROPPED)

    def changes(self) -> list[tuple[DeadLetter, str]]:
        """(letter, state) of those whose state changed since the last call."""
        with self._lock:
            for letter in self._letters.kept(DROPPED):
                self._letters.remove(letter, DROPPED)
                self._note(letter, "dropped")
            changed, self._changed = list(self._changed.values()), {}
        return changed

    def not_told(self, letters: list[tuple[DeadLetter, str]]) -> None:
        """These changes did not reach the store; they are due again."""
        with self._lock:
            for letter, state in letters:
                self._changed.setdefault(letter.id, (letter, state))

    def count(self) -> int:
        """How many are kept."""
        return len(self._letters.kept())

    def _note(self, letter: DeadLetter, state: str) -> None:
        self._changed[letter.id] = letter, state

    def _letter(self, request: Request, reason: str) -> DeadLetter:
        return DeadLetter(
            id=letter_id(self._spool, request.id), project=request.project, signal=request.signal,
            items=request.items, size=len(request.frames), reason=reason[:2000],
            received_ms=request.received_ms, refused_ms=now_ms(),
        )  # fmt: skip

    def _take_over(self, spool: Spool) -> None:
        for letter in self._letters.kept():
            self._note(letter, "kept")
        for number, spans, refused_ms, reason, frames in spool.refused_of_version_1():
            request = Request(number, Signal.TRACES, "default", spans, refused_ms, frames)
            self.keep(request, reason)
        spool.forget_version_1()


def _body_of(request: Request) -> bytes:
    """The OTLP body; or the frames as they are, where they cannot be understood as that."""
    try:
        return unframe(request.frames)
    except InputError:
        return request.frames
