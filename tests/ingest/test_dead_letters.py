"""What the store refuses is kept, counted, shown, replayed and dropped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from ingest_support import StartIngest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from otlp_requests import request_with, span

from longpole.core.errors import InputError, StoreError
from longpole.core.otlp.signals import Signal
from longpole.core.store import Store
from longpole.ingest import IngestService
from longpole.ingest.spool.dead import DeadLetter, DeadLetters

PROTOBUF = {"content-type": "application/x-protobuf"}
BAD = b"poison"


@pytest.fixture
def poisoned(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A store that refuses inserts with one word in them, until the function is called."""
    insert = store.insert_raw

    def refusing(table: str, body: bytes, *more: Any) -> None:  # noqa: ANN401
        if BAD in body:
            raise StoreError("the store refused a statement: poison")
        insert(table, body, *more)

    monkeypatch.setattr(store, "insert_raw", refusing)
    return lambda: monkeypatch.setattr(store, "insert_raw", insert)


def post(service: IngestService, number: int, service_name: str = "shop") -> None:
    body = request_with([span(number)], service_name).SerializeToString()
    url = f"http://127.0.0.1:{service.http_port}/v1/traces"
    assert httpx.post(url, content=body, headers=PROTOBUF).status_code == 200


def until(wanted: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not wanted():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def amounts(store: Store) -> dict[str, int]:
    rows = store.rows(
        "SELECT Outcome, Reason, sum(Items) AS n FROM ingest_ledger FINAL "
        "GROUP BY Outcome, Reason HAVING n > 0"
    )
    return {f"{row['Outcome']} {row['Reason']}".strip(): row["n"] for row in rows}


def states(store: Store) -> list[tuple[str, str]]:
    rows = store.rows("SELECT State, Reason FROM dead_letters FINAL ORDER BY Id")
    return [(row["State"], row["Reason"]) for row in rows]


def test_kept_told_and_replayed(
    start_ingest: StartIngest, store: Store, poisoned: Callable[[], None]
) -> None:
    service = start_ingest(flush_ms=300)
    for number, name in ((1, "shop"), (2, "poison"), (3, "shop")):
        post(service, number, name)
    assert service.wait_stored(60)
    assert store.rows("SELECT count() AS n FROM otel_traces") == [{"n": 2}]
    until(lambda: amounts(store) == {"accepted": 3, "stored": 2, "rejected store_refused": 1})
    until(lambda: [state for state, _ in states(store)] == ["kept"])
    assert "poison" in states(store)[0][1]
    (file,) = (service.spool_folder / "dead").glob("*.pb")
    assert ExportTraceServiceRequest.FromString(file.read_bytes()).resource_spans

    poisoned()
    spool = store.rows("SELECT Spool, Id FROM dead_letters FINAL")[0]
    with pytest.raises(InputError, match="another process"):
        service.refusals.act("replay", "else", spool["Id"])
    with pytest.raises(InputError, match="no dead letter"):
        service.refusals.act("replay", spool["Spool"], "../../etc/passwd")
    service.refusals.act("replay", spool["Spool"], spool["Id"])
    until(lambda: amounts(store) == {"accepted": 3, "stored": 3})
    assert [state for state, _ in states(store)] == ["replayed"]
    assert store.rows("SELECT count() AS n FROM otel_traces") == [{"n": 3}]


def test_dropped(start_ingest: StartIngest, store: Store, poisoned: Callable[[], None]) -> None:
    service = start_ingest()
    post(service, 1, "poison")
    until(lambda: len(states(store)) == 1)
    spool = store.rows("SELECT Spool, Id FROM dead_letters FINAL")[0]
    service.refusals.act("drop", spool["Spool"], spool["Id"])
    until(lambda: [state for state, _ in states(store)] == ["dropped"])
    assert amounts(store) == {"accepted": 1, "rejected store_refused": 1}
    assert not list((service.spool_folder / "dead").rglob("*.pb"))


def letter(number: int) -> DeadLetter:
    return DeadLetter(f"0123abcd-{number}", "p", Signal.LOGS, 1, 4, "why", 1, number)


def test_the_folder_is_bounded(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path, limit=10)
    gone = [letters.put(letter(number), b"body") for number in range(1, 5)]
    assert [[each.id for each in some] for some in gone] == [
        [], [], ["0123abcd-1"], ["0123abcd-2"],
    ]  # fmt: skip
    assert [each.refused_ms for each in letters.kept()] == [3, 4]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"signal": "x"}', "\0", '{"id": "../x"}'])
def test_foreign_files_hold_nothing_up(tmp_path: Path, content: str) -> None:
    letters = DeadLetters(tmp_path, limit=100)
    letters.put(letter(1), b"body")
    (tmp_path / "foreign.json").write_text(content)
    (tmp_path / "0123abcd-9.json").write_text((tmp_path / "0123abcd-1.json").read_text())
    assert [each.id for each in letters.kept()] == ["0123abcd-1"]


def test_the_same_request_refused_again_is_one_letter(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path, limit=100)
    for _ in range(2):
        letters.put(letter(1), b"body")
    assert [letters.body(each) for each in letters.kept()] == [b"body"]
