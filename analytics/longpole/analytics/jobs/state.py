"""What a job remembers between passes, in the store, so that a restart goes on where it was."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from longpole.core.store import Store, load_sql


class JobState:
    """Key -> text of one job."""

    def __init__(self, store: Store, job: str) -> None:
        self._store = store
        self._job = job

    def get(self, key: str) -> str | None:
        """The last value set, or None."""
        rows = self._store.rows(load_sql("jobs/state_get"), {"job": self._job, "key": key})
        return str(rows[0]["Value"]) if rows else None

    def set(self, key: str, value: str) -> None:
        """Remember a value."""
        row = {"Job": self._job, "Key": key, "Value": value, "UpdatedAt": datetime.now(UTC)}
        self._store.insert("job_state", pl.DataFrame([row]))
