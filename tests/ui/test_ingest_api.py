"""The accounts over HTTP: numbers that add up, the same ones in /metrics, and what operators do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import ui_seed_ingest
from databases import Databases
from ui_asking import Get, getter
from ui_seed_ingest import SPOOL

from longpole.core.access import create_key, list_keys
from longpole.core.errors import InputError, LongpoleError
from longpole.core.schema import upgrade
from longpole.core.store import Store
from longpole.ui.accounts import MAX_REASONS, OTHER, accounts

JSON = {"content-type": "application/json"}
LETTER = f"/api/v1/ingest/dead-letters/{SPOOL}/default-0000"


@pytest.fixture
def sent(databases: Databases) -> Iterator[Store]:
    """A store with a ledger and spans that came; read only."""
    with databases.opened("ui_ingest") as store:
        if upgrade(store):
            ui_seed_ingest.seed_ingest(store)
            ui_seed_ingest.seed_arrived(store)
        yield store


def poster(store: Store, body: object = None, **more: object) -> Get:
    return getter(store, method="POST", headers=JSON, body=body, **more)


def row(outcome: str, items: int = 0, requests: int = 0, **more: object) -> dict[str, object]:
    return {
        "Project": "p", "Signal": "traces", "Outcome": outcome, "Reason": "", "Items": items,
        "Requests": requests, "Bytes": 0, **more,
    }  # fmt: skip


def test_every_signal_adds_up(sent: Store) -> None:
    found = getter(sent)("/api/v1/ingest").json()
    traces, logs = found["signals"]
    assert (traces["signal"], logs["signal"]) == ("traces", "logs")
    assert traces["accepted"] == 1200
    assert traces["stored"] + sum(traces["rejected"].values()) + traces["waiting"] == 1200
    assert traces["rejected"] == {"span has no trace id": 50, "the store refused the request": 10}
    assert traces["refused"] == {"the body is not OTLP": 5}
    assert (traces["repeated"], traces["requests"], traces["bytes"]) == (3, 30, 840_000)
    assert [one["difference"] for one in found["signals"]] == [0, 0]


def test_a_difference_is_not_hidden() -> None:
    ledger = [row("accepted", 10), row("stored", 6), row("rejected", 1, Reason="x")]
    assert accounts(ledger)[0].difference == 3


def test_a_flood_of_reasons_is_summed_up() -> None:
    ledger = [row("rejected", 1, Reason=f"reason {i}") for i in range(MAX_REASONS + 7)]
    account = accounts(ledger)[0]
    assert len(account.rejected) == MAX_REASONS + 1
    assert account.rejected[OTHER] == 7
    assert sum(account.rejected.values()) == MAX_REASONS + 7


def test_newer_rows_of_a_spool_replace_older_and_spools_add_up(store: Store) -> None:
    ui_seed_ingest.seed_ingest(store)
    ui_seed_ingest.seed_ingest(store)  # the same spool reports again
    assert getter(store)("/api/v1/ingest").json()["signals"][0]["accepted"] == 1200
    store.command(
        "INSERT INTO ingest_ledger SELECT * REPLACE ('other' AS Spool) FROM ingest_ledger FINAL"
    )
    assert getter(store)("/api/v1/ingest").json()["signals"][0]["accepted"] == 2400


def test_requests_of_no_known_project_belong_to_nobody_else(store: Store) -> None:
    store.command(
        "INSERT INTO ingest_ledger VALUES "
        "('s', '', 'logs', 'refused', 'no such key', 0, 9, 0, now64(3))"
    )
    found = getter(store)("/api/v1/ingest?project=alpha").json()["signals"]
    assert [(one["project"], one["refused"]) for one in found] == [("", {"no such key": 9})]


def test_a_spool_says_how_it_is(sent: Store) -> None:
    spool = getter(sent)("/api/v1/ingest").json()["spools"][0]
    assert spool["spool"] == SPOOL
    assert (spool["waiting_bytes"], spool["limit_bytes"]) == (90_000_000, 2**30)
    assert spool["oldest_waiting_age_ms"] >= 75_000
    assert spool["last_error"] == ""


def test_dead_letters_kept_ones_first(sent: Store) -> None:
    found = getter(sent)("/api/v1/ingest?limit=2").json()
    assert [letter["state"] for letter in found["dead_letters"]] == ["kept", "kept"]
    assert found["dead_letters_total"] == 3


def test_an_empty_store_has_no_accounts(store: Store) -> None:
    assert getter(store)("/api/v1/ingest").json() == {
        "signals": [], "spools": [], "dead_letters": [], "dead_letters_total": 0
    }  # fmt: skip


def test_metrics_hold_the_same_numbers(sent: Store) -> None:
    text = getter(sent, metrics=lambda: {"stored_spans": 1100.0})("/metrics").text
    of = 'project="default",signal="traces"'
    for line in (
        f'longpole_ingest_items_total{{{of},outcome="accepted",reason=""}} 1200',
        f'longpole_ingest_items_total{{{of},outcome="rejected",reason="span has no trace id"}} 50',
        f'longpole_ingest_requests_total{{{of},outcome="repeated",reason=""}} 3',
        f'longpole_ingest_requests_total{{{of},outcome="refused",reason="the body is not OTLP"}} 5',
        f"longpole_ingest_waiting_items{{{of}}} 40",
        f"longpole_ingest_unexplained_items{{{of}}} 0",
        f'longpole_spool_waiting_bytes{{spool="{SPOOL}"}} 90000000',
        f'longpole_spool_limit_bytes{{spool="{SPOOL}"}} 1073741824',
        f'longpole_dead_letters{{spool="{SPOOL}"}} 2',
        "longpole_stored_spans 1100",
        "longpole_store_up 1",
    ):
        assert f"\n{line}\n" in text
    assert re.search(r'longpole_spool_oldest_waiting_seconds\{spool="[^"]+"\} \d', text)


def test_metrics_without_a_store_tell_of_the_process(empty_store: Store) -> None:
    text = getter(empty_store, metrics=lambda: {"stored_spans": 7.0})("/metrics").text
    assert "\nlongpole_store_up 0\n" in text
    assert "\nlongpole_stored_spans 7\n" in text


def test_a_hostile_reason_cannot_break_the_exposition(store: Store) -> None:
    ui_seed_ingest.seed_ingest(store, hostile=True)
    store.command(
        "INSERT INTO ingest_ledger VALUES "
        "('s', 'default', 'logs', 'rejected', 'a\"b\\\\c\nlongpole_up 0', 1, 1, 0, now64(3))"
    )
    lines = getter(store)("/metrics").text.splitlines()
    shape = re.compile(r'# (HELP|TYPE) .+|\w+(\{(\w+="([^"\\\n]|\\["\\n])*",?)+\})? [-\d.e+]+')
    assert [line for line in lines if not shape.fullmatch(line)] == []
    assert lines.count("longpole_up 1") == 1 and "longpole_up 0" not in lines
    assert max(map(len, lines)) < 500
    samples = [line.rpartition(" ")[0] for line in lines if not line.startswith("#")]
    assert len(samples) == len(set(samples))


def test_dialects_fields_and_clocks(sent: Store) -> None:
    found = getter(sent)("/api/v1/ingest/seen").json()
    assert {(one["service"], one["dialect"], one["spans"]) for one in found["dialects"]} == {
        ("support", "otel-genai", 150), ("edge", "openinference", 50)
    }  # fmt: skip
    fields = {one["field"]: one for one in found["fields_not_understood"]}
    assert set(fields) == {"acme.prompt.variant", "acme.hops.N.kind"}
    assert fields["acme.prompt.variant"]["example"] == "default-b"
    assert fields["acme.prompt.variant"]["spans"] == 150
    edge, support = found["senders"]
    assert (edge["service"], edge["process"]) == ("edge", "pod-edge")
    assert 80e9 < edge["ahead_ns"] < 91e9
    assert support["ahead_ns"] == 0 and support["delay_ns"] >= 2e9


def test_content_is_never_an_example(sent: Store) -> None:
    assert "secret text" not in getter(sent)("/api/v1/ingest/seen?since=all").text


@pytest.mark.parametrize("action", ["replay", "drop"])
def test_a_letter_is_settled_by_the_one_who_can(sent: Store, action: str) -> None:
    done: list[tuple[str, ...]] = []
    answer = poster(sent, dead_letters=lambda *what: done.append(what))(f"{LETTER}/{action}")
    assert answer.json() == {"spool": SPOOL, "id": "default-0000", "action": action}
    assert done == [(action, SPOOL, "default-0000")]


def test_a_spool_with_slashes_may_come_quoted(sent: Store) -> None:
    done: list[tuple[str, ...]] = []
    path = LETTER.replace(SPOOL, quote(SPOOL, safe=""))
    assert poster(sent, dead_letters=lambda *what: done.append(what))(f"{path}/drop").is_success
    assert done == [("drop", SPOOL, "default-0000")]


def test_where_ingest_does_not_run_the_answer_says_where_to_go(sent: Store) -> None:
    answer = poster(sent)(f"{LETTER}/replay")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert "longpole dead-letters" in answer.json()["detail"]


@pytest.mark.parametrize("letter", ["nope", "default-0002"], ids=["unknown", "dropped already"])
def test_a_letter_that_is_not_there_is_not_settled(sent: Store, letter: str) -> None:
    done: list[tuple[str, ...]] = []
    path = LETTER.replace("default-0000", letter)
    answer = poster(sent, dead_letters=lambda *what: done.append(what))(f"{path}/drop")
    assert answer.status_code == 404
    assert done == []


@pytest.mark.parametrize(
    ("error", "status"), [(InputError("no such file"), 400), (LongpoleError("disk full"), 500)]
)
def test_what_goes_wrong_is_said(sent: Store, error: Exception, status: int) -> None:
    def fail(*_what: str) -> None:
        raise error

    answer = poster(sent, dead_letters=fail)(f"{LETTER}/replay")
    assert (answer.status_code, answer.json()["detail"]) == (status, str(error))


def test_a_key_is_made_shown_once_and_revoked(store: Store) -> None:
    made = poster(store, {"name": "ci", "expires_days": 30})("/api/v1/keys")
    assert made.status_code == 201
    text, key = made.json()["key"], made.json()["row"]
    assert list_keys(store)[0].matches(text)
    assert (key["name"], key["project"], key["state"]) == ("ci", "default", "active")
    listed = getter(store)("/api/v1/keys")
    assert [one["key_id"] for one in listed.json()["keys"]] == [key["key_id"]]
    assert text not in listed.text and list_keys(store)[0].hash not in listed.text
    revoked = poster(store)(f"/api/v1/keys/{key['key_id']}/revoke").json()
    assert revoked["state"] == "revoked" and revoked["revoked_at_ns"] is not None


def test_a_key_goes_to_the_project_of_the_request_or_the_one_named(store: Store) -> None:
    assert poster(store, {})("/api/v1/keys?project=alpha").json()["row"]["project"] == "alpha"
    named = poster(store, {"project": "beta"})("/api/v1/keys?project=alpha").json()
    assert named["row"]["project"] == "beta"
    keys = getter(store)("/api/v1/keys?project=alpha").json()["keys"]
    assert [one["project"] for one in keys] == ["alpha"]


@pytest.mark.parametrize(
    ("body", "said"),
    [({"project": "a b"}, "project name"), ({"name": "a\nb"}, "name"),
     ({"expires_days": -1}, "expire"), ({"expires_days": "soon"}, "expires_days"),
     ({"nmae": "x"}, "nmae"), ([], "body")],
)  # fmt: skip
def test_an_impossible_key_is_a_400(store: Store, body: object, said: str) -> None:
    answer = poster(store, body)("/api/v1/keys")
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert list_keys(store) == []


def test_an_unknown_key_is_a_404(store: Store) -> None:
    create_key(store, "default")
    assert poster(store)("/api/v1/keys/feed/revoke").status_code == 404


def test_the_clock_query_stays_out_of_attributes() -> None:
    """It reads every span of a day, so it must read narrow columns only."""
    folder = Path(__file__).parents[2] / "core/longpole/core/sql/ui"
    for name in ("seen_dialects", "seen_senders"):
        assert "otel_traces" not in (folder / f"{name}.sql").read_text("utf-8")
