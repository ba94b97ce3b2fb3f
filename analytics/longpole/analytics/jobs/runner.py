"""Runs jobs side by side, each in its own thread and at its own pace."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from polars.exceptions import PanicException

from longpole.analytics.jobs.job import Job
from longpole.core.errors import LongpoleError, StoreUnavailableError

LONGEST_PAUSE_S = 60.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobStatus:
    """How a job is doing. Times are nanoseconds since 1970; 0 means never."""

    name: str
    every_s: float
    passes: int = 0
    failures: int = 0
    units: int = 0
    last_started_ns: int = 0
    last_success_ns: int = 0
    last_seconds: float = 0.0
    last_error: str = ""

    @property
    def lag_s(self) -> float:
        """Seconds since the last pass that went well; counted from the first try if none did."""
        since = self.last_success_ns or self.last_started_ns
        return (time.time_ns() - since) / 1e9 if since else 0.0


class Runner:
    """A thread a job. A job that fails is tried again later and never stops the others.

    `stop` joins the threads: a thread still inside the embedded engine when the interpreter ends
    would bring the process down. Jobs that are given the same `stopping` cut a long pass short.
    """

    def __init__(self, jobs: Sequence[Job], stopping: threading.Event | None = None) -> None:
        self._stopping = stopping or threading.Event()
        self._lock = threading.Lock()
        self._status = {job.name: JobStatus(job.name, job.every_s) for job in jobs}
        self._threads = [
            threading.Thread(target=self._loop, args=(job,), name=f"job-{job.name}") for job in jobs
        ]

    def start(self) -> None:
        """Start every job; returns at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask every job to end after its pass and wait for that. Safe to call twice."""
        self._stopping.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def status(self) -> list[JobStatus]:
        """One status a job, in the order the jobs were given."""
        with self._lock:
            return list(self._status.values())

    def _loop(self, job: Job) -> None:
        failed_in_a_row = 0
        while not self._stopping.is_set():
            started = time.time_ns()
            self._update(job, last_started_ns=started)
            try:
                units = job.run()
            except (Exception, PanicException) as error:
                # Whatever a job raises, the others go on; the error is logged and shown.
                failed_in_a_row += 1
                self._note_failure(job, error)
                pause = min(LONGEST_PAUSE_S, job.every_s * 2**failed_in_a_row)
            else:
                failed_in_a_row = 0
                self._note_success(job, units, started)
                pause = 0.0 if units > 0 else job.every_s
            self._stopping.wait(pause)

    def _note_success(self, job: Job, units: int, started_ns: int) -> None:
        now = time.time_ns()
        before = self._of(job)
        if before.last_error:
            log.info("job %s works again", job.name)
        self._update(
            job, passes=before.passes + 1, units=before.units + units, last_success_ns=now,
            last_seconds=(now - started_ns) / 1e9, last_error="",
        )  # fmt: skip

    def _note_failure(self, job: Job, error: BaseException) -> None:
        before = self._of(job)
        text = f"{type(error).__name__}: {error}" if not isinstance(error, LongpoleError) else ""
        text = " ".join((text or str(error)).split())[:2000]
        if isinstance(error, StoreUnavailableError):
            log.warning("job %s waits for the store: %s", job.name, text)
        elif text != before.last_error:
            # One trace for a new error; a repeated one is only counted.
            log.error("job %s failed: %s", job.name, text, exc_info=error)
        self._update(job, failures=before.failures + 1, last_error=text)

    def _of(self, job: Job) -> JobStatus:
        with self._lock:
            return self._status[job.name]

    def _update(self, job: Job, **changes: object) -> None:
        with self._lock:
            self._status[job.name] = replace(self._status[job.name], **changes)  # type: ignore[arg-type]
