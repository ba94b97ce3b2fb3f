"""Requests that the store refused, as files that any OTLP tool can read.

`dead/<id>.pb` is an ordinary OTLP body, `dead/<id>.json` says what it is and why it was refused.
Moving both into `dead/replay` (what `longpole dead-letters replay` does) asks the running service
to queue it again, moving them into `dead/dropped` to forget it. Ids are file names of ours and
never come from a sender.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from longpole.core.errors import InputError
from longpole.core.otlp.signals import Signal

log = logging.getLogger(__name__)

REPLAY, DROPPED = "replay", "dropped"
ID = re.compile(r"[0-9a-f]{8}-[0-9]{1,20}\Z")


@dataclass(frozen=True)
class DeadLetter:
    """What is known of a refused request; times are ms since 1970."""

    id: str
    project: str
    signal: Signal
    items: int
    size: int
    reason: str
    received_ms: int
    refused_ms: int


class DeadLetters:
    """The folder; of what lies in it the newest `limit` bytes are kept."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self._limit = limit
        for name in ("", REPLAY, DROPPED):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def put(self, letter: DeadLetter, body: bytes) -> list[DeadLetter]:
        """Keep a refused body; durable on return. Returns older letters that had to go for it."""
        _write(self.folder / f"{letter.id}.pb", body)
        # The description comes last: without it the body does not count.
        _write(self.folder / f"{letter.id}.json", json.dumps(asdict(letter)).encode())
        _sync_folder(self.folder)
        return self._make_room()

    def kept(self, inside: str = "") -> list[DeadLetter]:
        """The letters kept (or in one of the two sub-folders), oldest first."""
        return sorted(self._read(self.folder / inside), key=lambda letter: letter.refused_ms)

    def move(self, letter_id: str, inside: str) -> None:
        """Ask for a replay, or to forget it. Raises InputError for an id that is not kept."""
        if not ID.match(letter_id) or not (self.folder / f"{letter_id}.json").is_file():
            raise InputError(
                f"there is no dead letter {letter_id[:60]!r}; `longpole dead-letters list` shows "
                "those that are kept"
            )
        self._move(letter_id, self.folder, self.folder / inside)

    def move_back(self, letter: DeadLetter) -> None:
        """A letter that was to be sent again is kept."""
        self._move(letter.id, self.folder / REPLAY, self.folder)

    def body(self, letter: DeadLetter, inside: str = "") -> bytes:
        """The OTLP body of a letter."""
        return (self.folder / inside / f"{letter.id}.pb").read_bytes()

    def remove(self, letter: DeadLetter, inside: str = "") -> None:
        """Take the files away."""
        for ending in (".json", ".pb"):
            (self.folder / inside / (letter.id + ending)).unlink(missing_ok=True)

    def _move(self, letter_id: str, here: Path, there: Path) -> None:
        for ending in (".pb", ".json"):
            os.replace(here / (letter_id + ending), there / (letter_id + ending))

    def _make_room(self) -> list[DeadLetter]:
        letters = self.kept()
        size, gone = sum(letter.size for letter in letters), []
        for letter in letters[:-1]:
            if size <= self._limit:
                break
            self.remove(letter)
            size -= letter.size
            gone.append(letter)
        return gone

    def _read(self, folder: Path) -> Iterator[DeadLetter]:
        for path in folder.glob("*.json"):
            try:
                known = json.loads(path.read_text("utf-8"))
                letter = DeadLetter(**{**known, "signal": Signal(known["signal"])})
            except FileNotFoundError:
                continue  # moved away meanwhile
            except (OSError, ValueError, KeyError, TypeError) as error:
                # Whatever somebody put there, the others must not wait for it.
                log.warning("%s describes no dead letter: %s", path, error)
                continue
            if letter.id == path.stem and path.with_suffix(".pb").is_file():
                yield letter


def letter_id(spool: str, request: int) -> str:
    """The id of a refused request: the same each time that the same request is refused."""
    return f"{spool[:8]}-{request}"


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def _write(path: Path, content: bytes) -> None:
    """All or nothing, whenever the process or machine stops."""
    unfinished = path.with_suffix(".tmp")
    with open(unfinished, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(unfinished, path)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
