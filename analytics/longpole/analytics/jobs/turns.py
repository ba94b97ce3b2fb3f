"""Two jobs that write the same rows take turns."""

from __future__ import annotations

import threading

from longpole.analytics.jobs.job import Job


class InTurn:
    """A job whose passes do not overlap with those of others that share its lock."""

    def __init__(self, job: Job, turn: threading.Lock) -> None:
        self.name = job.name
        self.every_s = job.every_s
        self._job = job
        self._turn = turn

    def run(self) -> int:
        """See Job."""
        with self._turn:
            return self._job.run()
