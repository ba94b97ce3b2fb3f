from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from otlp_requests import request_with, span

from longpole.core.errors import StoreError, StoreUnavailableError
from longpole.core.otlp import frame_resource_spans
from longpole.core.settings import IngestSettings
from longpole.core.store import Store
from longpole.ingest import drain
from longpole.ingest.backlog import Backlog
from longpole.ingest.drain import Drain
from longpole.ingest.errors import BusyError
from longpole.ingest.intake import Intake
from longpole.ingest.spool import Spool
from longpole.ingest.stats import IngestStats

COUNT = "SELECT count() AS n, uniqExact(TraceId) AS traces FROM otel_traces"
InsertRaw = Callable[..., None]


class Line:
    """Intake, spool and drain over one store, as the service builds them."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.stats = store, IngestStats()
        self.spool = Spool(folder)
        self.backlog = Backlog(1 << 20, self.spool.waiting().size)
        self.intake = Intake(self.spool, self.backlog, self.stats)
        settings = IngestSettings(flush_ms=50)
        self.drain = Drain(store, self.spool, self.backlog, settings, self.stats)

    def start(self) -> None:
        self.intake.start()
        self.drain.start()

    def stop(self) -> None:
        self.intake.stop()
        self.drain.stop()
        self.spool.close()

    def count(self) -> tuple[int, int]:
        (row,) = self.store.rows(COUNT)
        return int(row["n"]), int(row["traces"])


def frames(number: int) -> bytes:
    return frame_resource_spans(request_with([span(number)]).SerializeToString())


@pytest.fixture
def lines(store: Store, tmp_path: Path) -> Iterator[Callable[[], Line]]:
    """Starts lines one after another over the same store and spool."""
    made: list[Line] = []

    def start() -> Line:
        made.append(Line(store, tmp_path))
        return made[-1]

    yield start
    for line in made:
        if line.drain._thread.is_alive():
            line.stop()


def test_requests_that_come_together_are_one_insert(lines: Callable[[], Line]) -> None:
    line = lines()
    futures = [line.intake.submit(frames(n), 1) for n in range(1, 41)]
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
        line.intake.submit(body, 1)
    line.start()
    assert line.backlog.wait_empty(60)
    ((spans, reason),) = line.spool.refused()
    assert spans == 1 and "refused" in reason
    assert line.stats.snapshot()["refused_spans"] == 1
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
    line.intake.submit(frames(1), 1).result(timeout=60)
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
    line.intake.submit(frames(1), 1)
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
        line.intake.submit(frames(1), 1).result(timeout=60)
        line.stop()
    assert line.count() == (0, 0)
    again = lines()
    again.start()
    assert again.backlog.wait_empty(60)
    assert again.count() == (1, 1)


def test_stopping_stores_what_waits(lines: Callable[[], Line]) -> None:
    line = lines()
    line.start()
    line.intake.submit(frames(1), 1)
    line.stop()
    assert line.count() == (1, 1)
    with pytest.raises(BusyError):
        line.intake.submit(frames(2), 1)


def test_a_disk_that_is_full_means_retry(
    lines: Callable[[], Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = lines()

    def full(*_: object) -> None:
        raise StoreError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(line.spool, "append", full)
        line.start()
        assert isinstance(line.intake.submit(frames(1), 1).exception(timeout=60), BusyError)
    assert line.intake.submit(frames(2), 1).exception(timeout=60) is None
    assert line.backlog.wait_empty(60)
    assert line.count() == (1, 1)


def test_more_than_the_limit_is_refused(lines: Callable[[], Line]) -> None:
    line = lines()
    line.intake.submit(bytes(900_000), 1)
    with pytest.raises(BusyError, match="retry in 2 s"):
        line.intake.submit(bytes(200_000), 1)


def test_a_sender_that_gives_up_takes_nobody_with_it(lines: Callable[[], Line]) -> None:
    # As at a shutdown, when the web server no longer waits for its open requests.
    line = lines()
    futures = [line.intake.submit(frames(n), 1) for n in (1, 2)]
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
        assert isinstance(line.intake.submit(frames(1), 1).exception(timeout=60), BusyError)
    assert line.intake.submit(frames(2), 1).exception(timeout=60) is None
    assert line.backlog.wait_empty(60)
    line.stop()
    assert line.count() == (1, 1)
