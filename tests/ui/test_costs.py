"""Costs over the API and as coroutines of the page."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import ui_seed_costs
from ui_asking import getter, run, words

from longpole.core.prices.repricing import list_repricings
from longpole.core.store import Store
from longpole.ui import queries
from longpole.ui.pages import costs

JSON = {"content-type": "application/json"}


@pytest.fixture
def seeded_costs(store: Store) -> Store:
    ui_seed_costs.seed_costs(store)
    return store


def models(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["models"]
    return found


def test_unpriced_models_have_tokens_and_no_cost(seeded_costs: Store) -> None:
    get = getter(seeded_costs)
    found = models(get("/api/v1/costs/unpriced?since=1h"))
    shown = [(row["provider"], row["model"], row["service_tier"], row["calls"]) for row in found]
    assert shown == [
        ("acme", "shed", "flex", 1), ("acme", "shed", "", 1), ("", ui_seed_costs.HOSTILE, "", 1)
    ]  # fmt: skip
    assert (found[0]["input_tokens"], found[0]["output_tokens"]) == (70_000, 100)
    assert found[0]["first_ns"] == found[0]["last_ns"] > 0
    assert models(get("/api/v1/costs/unpriced?limit=1")) == found[:1]
    assert models(get("/api/v1/costs/unpriced?project=other")) == []


def test_differences_are_of_calls_with_both_costs(seeded_costs: Store) -> None:
    (row,) = models(getter(seeded_costs)("/api/v1/costs/differences"))
    assert (row["provider"], row["model"], row["calls"]) == ("openai", "gpt-5", 2)
    assert (row["different_calls"], row["input_tokens"], row["output_tokens"]) == (1, 2_000, 200)
    assert row["reported_usd"] == pytest.approx(0.9)
    assert row["computed_usd"] == pytest.approx(0.8)
    assert row["difference_usd"] == pytest.approx(0.1)
    assert row["price_sources"] == [ui_seed_costs.LIST]


@pytest.mark.parametrize("query", ["since=1y", "limit=0", "limit=x", "what=1", "project=a%20b"])
@pytest.mark.parametrize("table", ["unpriced", "differences"])
def test_wrong_parameters_are_refused(store: Store, table: str, query: str) -> None:
    assert getter(store)(f"/api/v1/costs/{table}?{query}").status_code == 400


def test_a_repricing_is_asked_for_once_and_followed(store: Store) -> None:
    body = {"since": "2026-11-01", "project": "shop"}
    asked = getter(store, "POST", JSON, body)("/api/v1/admin/reprice")
    again = getter(store, "POST", JSON, body)("/api/v1/admin/reprice")
    assert asked.status_code == again.status_code == 202
    (kept,) = list_repricings(store)
    assert asked.json() == again.json()
    assert (kept.id, kept.project, kept.state) == (asked.json()["id"], "shop", "waiting")
    get = getter(store)
    assert get(f"/api/v1/admin/reprice/{kept.id}").json() == asked.json()
    assert get("/api/v1/admin/reprice").json() == {"repricings": [asked.json()]}
    assert get("/api/v1/admin/reprice/nothing").status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"since": "soon"}, {"since": "2026-11-01", "project": "a b"}, {"since": 7}, []]
)
def test_a_wrong_request_is_refused(store: Store, body: object) -> None:
    answer = getter(store, "POST", JSON, body)("/api/v1/admin/reprice")
    assert answer.status_code == 400
    assert list_repricings(store) == []


def test_another_site_cannot_ask_for_it(store: Store) -> None:
    headers = {**JSON, "origin": "http://evil.example"}
    answer = getter(store, "POST", headers, {"since": "2026-11-01"})("/api/v1/admin/reprice")
    assert answer.status_code == 403
    assert list_repricings(store) == []


def page(store: Store) -> str:
    with queries.reading(store):
        return words(run(costs.show({"since": "24h"})))


def test_the_page_shows_where_costs_come_from(seeded_costs: Store) -> None:
    shown = page(seeded_costs)
    for text in (
        "$1.15", "$0.900", "$0.250", "shed", "70k", "+$0.100 (+12 %)", ui_seed_costs.LIST,
        "as the sender reported it", "running at 2026-11-21", "price 1 (a): it has no price",
        "every project", "/traces?model=shed",
    ):  # fmt: skip
        assert text in shown, text


def test_the_page_without_runs_says_what_to_do(store: Store) -> None:
    shown = page(store)
    assert "No runs yet" in shown
    assert "longpole rebuild --cost" in shown
