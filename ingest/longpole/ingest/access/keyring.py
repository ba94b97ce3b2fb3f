"""The keys and limits a process knows: a snapshot, renewed from the store every few seconds.

A request never waits for the store. While that is away the last snapshot holds; it is also kept on
disk, so that a process that starts meanwhile knows its senders.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from longpole.core.access import ApiKey, list_keys, list_projects
from longpole.core.errors import InputError, StoreError
from longpole.core.store import Store
from longpole.ingest.access.snapshot import (
    Snapshot,
    read_snapshot,
    snapshot_of,
    write_snapshot,
)

log = logging.getLogger(__name__)


class Keyring:
    """Thread-safe: readers see one whole snapshot, a new one takes its place at once.

    `file` is where the copy is kept, best beside the spool. What is changed in the store holds
    here after `refresh_s` at most, or with the next `refresh()`.
    """

    def __init__(self, store: Store, file: Path, refresh_s: float) -> None:
        self._store = store
        self._file = file
        self._refresh_s = refresh_s
        self._refreshing = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="longpole-keyring")
        self._complaint = ""
        self._snapshot = self._from_disk()
        self._on_disk = self._snapshot
        self.refresh()

    @property
    def loaded(self) -> bool:
        """Whether it is known which keys there are."""
        return self._snapshot is not None

    @property
    def has_keys(self) -> bool:
        """Whether a key was ever made; also one that was revoked since counts."""
        snapshot = self._snapshot
        return snapshot is not None and bool(snapshot.keys)

    def find(self, key_id: str) -> ApiKey | None:
        """A key by its id."""
        snapshot = self._snapshot
        return snapshot.keys.get(key_id) if snapshot else None

    def items_per_s(self, project: str) -> int:
        """The limit of a project; 0 is none."""
        snapshot = self._snapshot
        found = snapshot.projects.get(project) if snapshot else None
        return found.spans_per_s if found else 0

    def refresh(self) -> bool:
        """Read the store now; False when it could not be read and the last snapshot stays."""
        with self._refreshing:
            try:
                fresh = snapshot_of(list_keys(self._store), list_projects(self._store))
            except StoreError as error:
                self._complain(f"keys cannot be read, the last ones known hold: {error}")
                return False
            self._snapshot = fresh
            self._to_disk(fresh)
            return True

    def start(self) -> None:
        """Renew in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop renewing; waits for a read under way. Safe to call twice, or without start."""
        self._stopping.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._refresh_s):
            try:
                self.refresh()
            except Exception:
                # Whatever it is, revoking must work again as soon as it is over.
                log.exception("renewing the keys failed")

    def _from_disk(self) -> Snapshot | None:
        try:
            return read_snapshot(self._file)
        except InputError as error:
            log.warning("%s", error)
            return None

    def _to_disk(self, fresh: Snapshot) -> None:
        if fresh == self._on_disk:
            self._complaint = ""
            return
        try:
            write_snapshot(self._file, fresh)
        except OSError as error:
            self._complain(f"the copy of the keys in {self._file} cannot be written: {error}")
        else:
            self._on_disk, self._complaint = fresh, ""

    def _complain(self, words: str) -> None:
        """Say a lasting fault once."""
        if words != self._complaint:
            log.warning("%s", words)
        self._complaint = words
