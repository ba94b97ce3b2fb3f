"""The runner with real threads and jobs that count their passes."""

from __future__ import annotations

import threading
from collections.abc import Callable

from polars.exceptions import PanicException

from longpole.analytics.jobs.runner import Runner
from longpole.core.errors import StoreUnavailableError

WAIT_S = 30


class Scripted:
    """A job whose passes are given; says when the script is over."""

    def __init__(self, name: str, script: list[int | BaseException], every_s: float = 0.01) -> None:
        self.name = name
        self.every_s = every_s
        self.done = threading.Event()
        self._script = iter(script)

    def run(self) -> int:
        step = next(self._script, None)
        if step is None:
            self.done.set()
            return 0
        if isinstance(step, BaseException):
            raise step
        return step


def run_until(runner: Runner, *conditions: Callable[[float], bool]) -> None:
    runner.start()
    try:
        for wait in conditions:
            assert wait(WAIT_S)
    finally:
        runner.stop()


def test_work_is_repeated_at_once_and_counted() -> None:
    # A pause of an hour: only "more work" can bring the passes after the first.
    busy = Scripted("busy", [3, 2, 1], every_s=3600)
    runner = Runner([busy])
    run_until(runner, busy.done.wait)
    (status,) = runner.status()
    assert (status.passes, status.units, status.failures) == (4, 6, 0)
    assert status.last_success_ns >= status.last_started_ns > 0
    assert status.lag_s >= 0


def test_a_failing_job_neither_stops_nor_kills_the_others() -> None:
    bad = Scripted("bad", [ValueError("boom\nsecond line"), StoreUnavailableError("away"), 1])
    good = Scripted("good", [1] * 20)
    runner = Runner([bad, good])
    run_until(runner, good.done.wait, bad.done.wait)
    bad_status, good_status = runner.status()
    assert bad_status.failures == 2
    assert bad_status.units == 1
    assert bad_status.last_error == ""  # it works again
    assert good_status.units == 20


def test_a_panic_of_polars_fails_the_pass_and_no_more() -> None:
    # It is no Exception, so that a careless handler would let it end the thread.
    bad = Scripted("bad", [PanicException("index out of bounds"), 1])
    runner = Runner([bad])
    run_until(runner, bad.done.wait)
    (status,) = runner.status()
    assert (status.failures, status.units) == (1, 1)


def test_the_last_error_is_one_line() -> None:
    seen = threading.Event()

    class Broken:
        name = "broken"
        every_s = 3600.0

        def run(self) -> int:
            seen.set()
            raise ValueError("first\nsecond")

    runner = Runner([Broken()])
    run_until(runner, seen.wait)
    assert runner.status()[0].last_error == "ValueError: first second"


def test_stop_without_start_and_stop_twice() -> None:
    runner = Runner([Scripted("idle", [])])
    runner.stop()
    runner.stop()
    assert runner.status()[0].passes == 0


def test_no_thread_is_left_behind() -> None:
    job = Scripted("tidy", [1])
    runner = Runner([job])
    run_until(runner, job.done.wait)
    assert not [t for t in threading.enumerate() if t.name == "job-tidy"]
