from __future__ import annotations

from concurrent.futures import wait

import pytest
from otlp_requests import request_with, span

from longpole.core.errors import StoreUnavailableError
from longpole.core.otlp import decode_views, frame_resource_spans
from longpole.core.settings import IngestSettings
from longpole.core.store import Store, migrate
from longpole.ingest.errors import BusyError, RefusedError
from longpole.ingest.stats import IngestStats
from longpole.ingest.writer import Writer


@pytest.fixture
def stats() -> IngestStats:
    return IngestStats()


@pytest.fixture
def writer(empty_store: Store, stats: IngestStats) -> Writer:
    migrate(empty_store, decode_views())
    return Writer(empty_store, IngestSettings(flush_ms=50), stats)


def frames(number: int) -> bytes:
    return frame_resource_spans(request_with([span(number)]).SerializeToString())


def test_requests_that_wait_together_are_one_insert(
    writer: Writer, stats: IngestStats, empty_store: Store
) -> None:
    futures = [writer.submit(frames(n), 1) for n in range(1, 41)]
    writer.start()
    wait(futures)
    writer.stop()
    assert stats.snapshot() == {"accepted_spans": 40, "stored_spans": 40, "inserts": 1}
    assert empty_store.rows("SELECT uniqExact(TraceId) AS n FROM otel_traces") == [{"n": 40}]


def test_one_refused_request_leaves_its_neighbours(writer: Writer, empty_store: Store) -> None:
    # The receiver never lets such bytes through; the store must not lose neighbours all the same.
    bad = b"\x03\x0a\xff\xff"
    futures = [writer.submit(body, 1) for body in (frames(1), bad, frames(2))]
    writer.start()
    wait(futures)
    writer.stop()
    assert isinstance(futures[1].exception(), RefusedError)
    assert futures[0].exception() is None and futures[2].exception() is None
    assert empty_store.rows("SELECT uniqExact(TraceId) AS n FROM otel_traces") == [{"n": 2}]


def test_a_store_that_is_away_means_retry(
    writer: Writer, empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StoreUnavailableError("connection refused")

    monkeypatch.setattr(empty_store, "insert_raw", away)
    future = writer.submit(frames(1), 1)
    writer.start()
    assert isinstance(future.exception(timeout=10), BusyError)
    writer.stop()


def test_stopping_stores_what_waits(writer: Writer, empty_store: Store) -> None:
    writer.start()
    writer.submit(frames(1), 1)
    writer.stop()
    assert empty_store.rows("SELECT count() AS n FROM otel_traces") == [{"n": 1}]
    with pytest.raises(BusyError):
        writer.submit(frames(2), 1)


def test_a_sender_that_gives_up_takes_nobody_with_it(writer: Writer, empty_store: Store) -> None:
    # As at a shutdown, when the web server no longer waits for its open requests.
    futures = [writer.submit(frames(n), 1) for n in (1, 2)]
    futures[0].cancel()
    writer.start()
    assert futures[1].exception(timeout=60) is None
    assert writer.submit(frames(3), 1).exception(timeout=60) is None
    writer.stop()
    assert empty_store.rows("SELECT uniqExact(TraceId) AS n FROM otel_traces") == [{"n": 3}]
