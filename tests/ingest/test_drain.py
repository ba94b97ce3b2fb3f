from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from otlp_requests import request_with, span

from longpole.core.errors import StoreError, StoreUnavailableError
from longpole.core.otlp import frame_request
from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.ingest import drain
from longpole.ingest.backlog import Backlog
from longpole.ingest.drain import Drain
from longpole.ingest.errors import BusyError
from longpole.ingest.intake import Arrival, Intake
from longpole.ingest.refusals import Refusals
from longpole.ingest.spool import Entry, Outcome, Spool
from longpole.ingest.spool import Line as Counted
from longpole.ingest.spool.ledger import Changes
from longpole.ingest.stats import IngestStats

COUNT = "SELECT count() AS n, uniqExact(TraceId) AS traces FROM otel_traces"
InsertRaw = Callable[..., None]


class Line:
    """Intake, spool and drains over one store, as the service builds them."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.stats = store, IngestStats()
        self.spool = Spool(folder)
        self.backlog = Backlog(folder, 1 << 20, 0, self.spool.waiting().size)
        self.intake = Intake(self.spool, self.backlog, self.stats, repeat_window_s=60)
        settings = IngestSettings(flush_ms=50)
        self.refusals = Refusals(self.spool, 1 << 20)
        self.drains = [
            Drain(signal, store, self.spool, self.backlog, self.refusals, settings, self.stats)
            for signal in Signal
        ]

    def start(self) -> None:
        self.intake.start()
        for each in self.drains:
            each.start()

    def stop(self) -> None:
        self.intake.stop()
        for each in self.drains:
            each.ask_to_stop()
        for each in self.drains:
            each.join()
        self.spool.close()

    def submit(self, frames: bytes, items: int = 1) -> Future[None]:
        entry = Entry(Signal.TRACES, "default", items, frames)
        changes = Changes()
        for outcome in (Outcome.ACCEPTED, Outcome.WAITING):
            changes.add(Counted("default", Signal.TRACES, outcome), items, 1, len(frames))
        return self.intake.submit(Arrival((entry,), changes, frames[:16] + frames[-64:], Changes()))

    def count(self) -> tuple[int, int]:
        (row,) = self.store.rows(COUNT)
        return int(row["n"]), int(row["traces"])

    def ledger(self) -> dict[str, int]:
        return {
            line.outcome.value: amount.items
            for line, amount in self.spool.ledger().items()
            if amount.items
        }


def frames(number: int) -> bytes:
    return frame_request(request_with([span(number)]).SerializeToString(), "default")


@pytest.fixture
def lines(store: Store, tmp_path: Path) -> Iterator[Callable[[], Line]]:
    """Starts lines one after another over the same store and spool."""
    made: list[Line] = []

    def start() -> Line:
        made.append(Line(store, tmp_path))
        return made[-1]

    yield start
    for line in made:
        if line.drains[0]._thread.is_alive():
            line.stop()


def test_requests_that_come_together_are_one_insert(lines: Callable[[], Line]) -> None:
    line = lines()
    futures = [line.submit(frames(n)) for n in range(1, 41)]
    line.start()
    for future in futures:
        future.result(timeout=60)
    assert line.backlog.wait_empty(60)
    assert line.stats.snapshot() == {"accepted_spans": 40, "stored_spans": 40, "inserts": 1}
    assert line.count() == (40, 40)


def test_one_refused_request_leaves_its_neighbours(lines: Callable[[], Line]) -> None:
    # The receiver never lets such bytes through; the store must not lose neighbours all the same.
    line = lines()
    for body in (frames(1), b"\x03\x0a\xff\xff", frames(2)):
        line.submit(body)
    line.start()
    assert line.backlog.wait_empty(60)
    ((letter, state),) = line.refusals.changes()
    assert (letter.items, state) == (1, "kept") and "refused" in letter.reason
    assert line.ledger() == {"accepted": 3, "stored": 2, "rejected": 1}
    assert line.count() == (2, 2)


def test_a_store_that_is_away_is_waited_for(
    lines: Callable[[], Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = lines()
    monkeypatch.setattr(drain, "RETRY_S", 0.05)
    insert, failures = line.store.insert_raw, iter(range(3))

    def flaky(*arguments: object, **more: object) -> None:
        if next(failures, None) is not None:
            raise StoreUnavailableError("connection refused")
        insert(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(line.store, "insert_raw", flaky)
    line.start()
    line.submit(frames(1)).result(timeout=60)
    assert line.backlog.wait_empty(60)
    assert line.count() == (1, 1)


def test_an_insert_whose_answer_was_lost_is_stored_once(
    lines: Callable[[], Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = lines()
    monkeypatch.setattr(drain, "RETRY_S", 0.05)
    insert, losses = line.store.insert_raw, iter(range(2))

    def lossy(*arguments: object, **more: object) -> None:
        insert(*arguments, **more)  # type: ignore[arg-type]
        if next(losses, None) is not None:
            raise StoreUnavailableError("connection reset")

    monkeypatch.setattr(line.store, "insert_raw", lossy)
    line.start()
    line.submit(frames(1))
    assert line.backlog.wait_empty(60)
    assert line.count() == (1, 1)
    assert line.store.rows("SELECT count() AS n FROM spans") == [{"n": 1}]


def test_what_waits_is_stored_after_a_restart(
    lines: Callable[[], Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = lines()
    monkeypatch.setattr(drain, "RETRY_S", 0.05)
    monkeypatch.setattr(drain, "STOP_S", 0.2)

    def away(*_: object, **__: object) -> None:
        raise StoreUnavailableError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(line.store, "insert_raw", away)
        line.start()
        line.submit(frames(1)).result(timeout=60)
        line.stop()
    assert line.count() == (0, 0)
    again = lines()
    again.start()
    assert again.backlog.wait_empty(60)
    assert again.count() == (1, 1)


def test_stopping_stores_what_waits(lines: Callable[[], Line]) -> None:
    line = lines()
    line.start()
    line.submit(frames(1))
    line.stop()
    assert line.count() == (1, 1)
    with pytest.raises(BusyError):
        line.submit(frames(2))


def test_a_disk_that_is_full_means_retry(
    lines: Callable[[], Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = lines()

    def full(*_: object) -> None:
        raise StoreError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(line.spool, "append", full)
        line.start()
        assert isinstance(line.submit(frames(1)).exception(timeout=60), BusyError)
    assert line.submit(frames(2)).exception(timeout=60) is None
    assert line.backlog.wait_empty(60)
    assert line.count() == (1, 1)


def test_more_than_the_limit_is_refused(lines: Callable[[], Line]) -> None:
    line = lines()
    line.submit(b"a" * 900_000)
    with pytest.raises(BusyError, match="retry in 2 s"):
        line.submit(b"b" * 200_000)


def test_a_sender_that_gives_up_takes_nobody_with_it(lines: Callable[[], Line]) -> None:
    # As at a shutdown, when the web server no longer waits for its open requests.
    line = lines()
    futures = [line.submit(frames(n)) for n in (1, 2)]
    futures[0].cancel()
    line.start()
    assert futures[1].exception(timeout=60) is None
    assert line.backlog.wait_empty(60)
    assert line.count() == (2, 2)


def test_an_unexpected_failure_refuses_one_commit_and_no_more(
    lines: Callable[[], Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise MemoryError

    line = lines()
    with monkeypatch.context() as patched:
        patched.setattr(line.spool, "append", fails)
        line.start()
        assert isinstance(line.submit(frames(1)).exception(timeout=60), BusyError)
    assert line.submit(frames(2)).exception(timeout=60) is None
    assert line.backlog.wait_empty(60)
    line.stop()
    assert line.count() == (1, 1)
