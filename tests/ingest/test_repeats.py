"""The same bytes again are a retry: answered alike, stored once."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest
from ingest_support import StartIngest
from otlp_requests import request_with, span

from longpole.core.otlp.signals import Signal
from longpole.core.store import Store
from longpole.ingest import IngestService, intake, repeats
from longpole.ingest.repeats import Repeats, digest

PROTOBUF = {"content-type": "application/x-protobuf"}


def post(service: IngestService, body: bytes, **headers: str) -> httpx.Response:
    url = f"http://127.0.0.1:{service.http_port}/v1/traces"
    return httpx.post(url, content=body, headers={**PROTOBUF, **headers})


def raw_spans(service: IngestService, store: Store) -> int:
    assert service.wait_stored(60)
    return int(store.rows("SELECT count() AS n FROM otel_traces")[0]["n"])


def test_a_storm_of_retries_is_stored_once(service: IngestService, store: Store) -> None:
    bad = span(2)
    bad.span_id = b""
    body = request_with([span(1), bad]).SerializeToString()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: post(service, body), range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1, "each says what was rejected"
    assert raw_spans(service, store) == 1


def test_a_retry_after_a_restart_is_stored_once(start_ingest: StartIngest, store: Store) -> None:
    body = request_with([span(1)]).SerializeToString()
    first = start_ingest()
    assert post(first, body).status_code == 200
    spool = first.spool_folder
    first.stop()
    second = start_ingest(spool=str(spool))
    assert post(second, body).status_code == 200
    assert raw_spans(second, store) == 1


def test_another_project_may_send_the_same(service: IngestService, store: Store) -> None:
    body = request_with([span(1)]).SerializeToString()
    for project in ("one", "two", "one"):
        assert post(service, body, **{"x-longpole-project": project}).status_code == 200
    assert raw_spans(service, store) == 2


def test_a_spool_forgets_old_bodies_while_it_runs(
    start_ingest: StartIngest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "FORGET_S", 0.1)
    service = start_ingest(repeat_window_s=0.2)
    for number in range(1, 6):
        body = request_with([span(number)]).SerializeToString()
        assert post(service, body).status_code == 200
    deadline = time.monotonic() + 20
    while _seen(service) > 0:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _seen(service: IngestService) -> int:
    with closing(sqlite3.connect(service.spool_folder / "ingest.sqlite")) as spool:
        return int(spool.execute("SELECT count(*) FROM seen").fetchone()[0])


def test_without_a_window_nothing_is_a_retry(start_ingest: StartIngest, store: Store) -> None:
    service = start_ingest(repeat_window_s=0)
    body = request_with([span(1)]).SerializeToString()
    assert [post(service, body).status_code for _ in range(2)] == [200, 200]
    assert raw_spans(service, store) == 2


def test_memory_is_bounded_and_old_bodies_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "MAX_BODIES", 3)
    known = Repeats(60)
    futures: list[Future[None]] = [Future() for _ in range(5)]
    for number, future in enumerate(futures):
        known.remember(bytes([number]), future)
    assert [known.find(bytes([number])) for number in range(5)] == [None, None, *futures[2:]]


def test_what_is_older_than_the_window_is_new() -> None:
    known = Repeats(60)
    known.remember(b"old", Future(), age_s=61)
    assert known.find(b"old") is None


def test_signal_project_and_bytes_make_the_digest() -> None:
    made = {
        digest(signal, project, body)
        for signal in Signal
        for project in ("a", "b")
        for body in (b"", b"x")
    }
    assert len(made) == 12
