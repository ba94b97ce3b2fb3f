"""The body of a notification and the plan of who is told when."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from longpole.analytics.alerts import finding_url, signature, trace_url
from longpole.analytics.alerts.due import due, receiver_name
from longpole.analytics.alerts.message import encode

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
URL = "https://chat.example.com/hooks/secret-token?key=1"


def test_the_signature_is_hmac_sha256_of_the_body() -> None:
    body = encode({"b": 1, "a": [1.5, None]})
    want = hmac.new(b"key", body, hashlib.sha256).hexdigest()
    assert signature("key", body) == f"sha256={want}"
    assert json.loads(body) == {"a": [1.5, None], "b": 1}


def test_a_receiver_is_named_without_its_secrets() -> None:
    assert receiver_name(URL).startswith("chat.example.com#")
    assert "secret" not in receiver_name(URL)
    assert receiver_name(URL) != receiver_name(URL + "2")


def test_links_name_the_project_where_the_page_needs_it() -> None:
    base = "https://longpole.example.com/"
    assert finding_url(base, "inc") == "https://longpole.example.com/findings/inc"
    assert finding_url(base, "inc", "a.b").endswith("/findings/inc?project=a.b")
    assert trace_url(base, "feed", "a.b").endswith("/traces/feed?project=a.b")


def plan(
    state: str, attempts: int, ago_s: float, delivered: bool = False, severity: str = "warning"
) -> int:
    incidents = pl.DataFrame({"IncidentId": ["i"], "State": [state], "Severity": [severity]})
    tried = pl.DataFrame(
        {
            "IncidentId": ["i"], "Receiver": [receiver_name(URL)], "Attempts": [attempts],
            "Delivered": [delivered], "LastAttemptAt": [NOW - timedelta(seconds=ago_s)],
        }
    )  # fmt: skip
    return len(due(incidents, tried if attempts else tried.clear(), [URL], NOW))


@pytest.mark.parametrize(
    ("state", "attempts", "ago_s", "sent"),
    [
        ("firing", 0, 0, 1),
        ("pending", 0, 0, 0),
        ("resolved", 0, 0, 0),
        ("firing", 1, 14, 0),
        ("firing", 1, 15, 1),
        ("firing", 3, 59, 0),
        ("firing", 3, 60, 1),
        ("resolved", 3, 60, 1),
        ("firing", 7, 3600, 1),
        ("firing", 8, 10**6, 0),
    ],
)
def test_first_message_and_back_off(state: str, attempts: int, ago_s: float, sent: int) -> None:
    assert plan(state, attempts, ago_s) == sent


def test_who_was_told_is_not_told_again() -> None:
    assert plan("firing", 1, 10**6, delivered=True) == 0


def test_good_news_does_not_ring() -> None:
    assert plan("firing", 0, 0, severity="info") == 0
