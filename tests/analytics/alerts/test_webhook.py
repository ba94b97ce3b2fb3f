"""The webhook against a real HTTP server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import polars as pl
import pytest

from longpole.analytics.alerts import Webhooks, signature
from longpole.analytics.findings.lifecycle import STATE_SCHEMA
from longpole.core.errors import StoreUnavailableError
from longpole.core.settings import AlertsSettings
from longpole.core.store import Store

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECRET = "correct horse"


class Receiver:
    """Answers with the statuses given, then with 200; keeps what it got."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.delay_s = 0.0
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.got.append((headers, body))
                status = receiver.statuses.pop(0) if receiver.statuses else 200
                time.sleep(receiver.delay_s)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?token=abc"
        self._thread = threading.Thread(target=self.server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.close()


def fire(store: Store, incident: str = "inc1", state: str = "firing", version: int = 1) -> None:
    row: dict[str, Any] = {
        name: "" if dtype == pl.String else 0 for name, dtype in STATE_SCHEMA.items()
    }
    row |= {name: NOW for name, dtype in STATE_SCHEMA.items() if isinstance(dtype, pl.Datetime)}
    row |= {
        "Project": "default", "IncidentId": incident, "Fingerprint": "f" + incident,
        "State": state, "Severity": "warning", "Title": "Tool search is slower", "Reason": "why",
        "SizeUsdPerDay": None, "Attribution": {"own_ms": 2.5}, "ExampleTraces": ["a1", "a2"],
        "NormalTraces": ["n1"], "Version": version,
    }  # fmt: skip
    store.insert("findings", pl.DataFrame([row], schema=STATE_SCHEMA, orient="row"))


def hooks(store: Store, *urls: str, timeout_s: float = 10, secret: str | None = SECRET) -> Webhooks:
    settings = AlertsSettings(webhooks=urls, webhook_secret=secret, timeout_s=timeout_s)
    return Webhooks(store, settings, "https://longpole.example.com/")


def attempts(store: Store) -> list[dict[str, Any]]:
    return store.rows("SELECT * FROM notifications ORDER BY AttemptedAt")


def test_a_firing_incident_is_told_once_to_every_receiver(store: Store, receiver: Receiver) -> None:
    fire(store)
    webhooks = hooks(store, receiver.url, receiver.url + "2")
    assert webhooks.notify(NOW) == 2
    fire(store, version=2)  # new evidence on the same incident
    assert webhooks.notify(NOW + timedelta(hours=3)) == 0
    assert hooks(store, receiver.url).notify(NOW + timedelta(days=1)) == 0  # after a restart
    assert len(receiver.got) == 2
    fire(store, "inc2")
    assert webhooks.notify(NOW) == 2


def test_a_receiver_that_is_named_twice_is_told_once(store: Store, receiver: Receiver) -> None:
    fire(store)
    assert hooks(store, receiver.url, receiver.url).notify(NOW) == 1
    assert len(receiver.got) == 1


def test_a_delivery_that_could_not_be_recorded_is_not_repeated(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailableError("connection refused")

    fire(store)
    webhooks = hooks(store, receiver.url)
    with monkeypatch.context() as patched:
        patched.setattr(store, "insert", away)
        for _ in range(2):
            with pytest.raises(StoreUnavailableError):
                webhooks.notify(NOW)
    assert webhooks.notify(NOW + timedelta(seconds=1)) == 0
    assert len(receiver.got) == 1
    assert [row["Delivered"] for row in attempts(store)] == [True]


def test_the_message_is_signed_and_links_back(store: Store, receiver: Receiver) -> None:
    fire(store)
    hooks(store, receiver.url).notify(NOW)
    ((headers, body),) = receiver.got
    assert headers["idempotency-key"] == "inc1"
    assert headers["x-longpole-signature"] == signature(SECRET, body)
    assert headers["content-type"] == "application/json"
    said = json.loads(body)
    assert said["url"] == "https://longpole.example.com/findings/inc1"
    assert said["example_traces"] == [
        {"trace_id": "a1", "url": "https://longpole.example.com/traces/a1"},
        {"trace_id": "a2", "url": "https://longpole.example.com/traces/a2"},
    ]
    assert said["title"] == "Tool search is slower"
    assert said["onset"] == "2026-03-10T12:00:00Z"
    assert said["attribution"] == {"own_ms": 2.5}
    assert said["size_usd_per_day"] is None


def test_without_a_secret_there_is_no_signature(store: Store, receiver: Receiver) -> None:
    fire(store)
    hooks(store, receiver.url, secret=None).notify(NOW)
    assert "x-longpole-signature" not in receiver.got[0][0]


def test_a_refusal_is_repeated_later_with_the_same_key(store: Store, receiver: Receiver) -> None:
    fire(store)
    receiver.statuses = [500, 503]
    webhooks = hooks(store, receiver.url)
    assert webhooks.notify(NOW) == 0
    assert webhooks.notify(NOW + timedelta(seconds=5)) == 0  # too early: not tried
    assert len(receiver.got) == 1
    assert webhooks.notify(NOW + timedelta(seconds=16)) == 0
    fire(store, state="resolved", version=2)
    assert webhooks.notify(NOW + timedelta(seconds=60)) == 1
    assert {headers["idempotency-key"] for headers, _ in receiver.got} == {"inc1"}
    rows = attempts(store)
    assert [(row["StatusCode"], bool(row["Delivered"])) for row in rows] == [
        (500, False), (503, False), (200, True),
    ]  # fmt: skip
    assert all("token" not in row["Receiver"] for row in rows)


def test_it_gives_up_after_eight_attempts(store: Store, receiver: Receiver) -> None:
    fire(store)
    receiver.statuses = [500] * 20
    webhooks = hooks(store, receiver.url)
    for hour in range(20):
        webhooks.notify(NOW + timedelta(hours=hour))
    assert len(receiver.got) == 8


def test_a_slow_or_dead_receiver_does_not_stop_the_others(store: Store, receiver: Receiver) -> None:
    fire(store)
    slow = Receiver()
    slow.delay_s = 1.0
    dead = "http://127.0.0.1:9/none"
    try:
        told = hooks(store, dead, "not a url", slow.url, receiver.url, timeout_s=0.2).notify(NOW)
    finally:
        slow.close()
    assert told == 1
    errors = {row["Error"].split(":")[0] for row in attempts(store) if not row["Delivered"]}
    assert errors >= {"ConnectError", "ReadTimeout"}
    assert len(attempts(store)) == 4
