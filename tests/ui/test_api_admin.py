"""Keys and projects over the API: what changes something, and who is kept out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from longpole.core.access import Project, create_key, find_project, list_keys
from longpole.core.settings import Settings, UiSettings
from longpole.core.store import Store
from longpole.ui.app import build

Ask = Callable[..., httpx.Response]
OWN = "http://127.0.0.1:8050"
JSON = {"content-type": "application/json"}


def asker(store: Store, **ui: Any) -> Ask:  # noqa: ANN401 - settings
    app = build(store, Settings(ui=UiSettings(**ui)))

    async def send(method: str, path: str, url: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=url) as client:
            return await client.request(method, path, **more)

    def ask(method: str, path: str, url: str = OWN, **more: Any) -> httpx.Response:  # noqa: ANN401
        return asyncio.run(send(method, f"/api/v1/admin{path}", url, **more))

    return ask


@pytest.fixture
def ask(store: Store) -> Ask:
    return asker(store)


def test_a_key_is_shown_once_listed_and_revoked(ask: Ask, store: Store) -> None:
    body = {"project": "shop", "name": "CI", "other_projects": ["*"], "expires_days": 3}
    answer = ask("POST", "/keys", json=body)
    made = answer.json()
    assert answer.status_code == 201
    (kept,) = list_keys(store)
    assert kept.matches(made["key"]) and kept.other_projects == ("*",)
    listed = ask("GET", "/keys")
    assert listed.json()["keys"] == [{k: v for k, v in made.items() if k != "key"}]
    assert kept.hash not in listed.text + answer.text
    gone = ask("DELETE", f"/keys/{kept.key_id}", headers=JSON)
    assert gone.status_code == 200 and gone.json()["revoked_at_ns"] is not None
    assert list_keys(store)[0].revoked_at_ns is not None


def test_a_key_that_is_not_there_is_404(ask: Ask) -> None:
    assert ask("DELETE", "/keys/0123", headers=JSON).status_code == 404


def test_a_project_is_changed_in_part(ask: Ask, store: Store) -> None:
    assert ask("PUT", "/projects/shop", json={"spans_per_s": 5}).status_code == 200
    assert ask("PUT", "/projects/shop", json={"retention_days": 7}).status_code == 200
    assert find_project(store, "shop") == Project("shop", 5, 7)
    row = {"name": "shop", "spans_per_s": 5, "retention_days": 7}
    assert ask("GET", "/projects/shop").json() == row
    assert ask("GET", "/projects").json() == {"projects": [row]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/keys", {"project": "a b"}),
        ("/keys", {"project": "a", "expires_days": -1}),
        ("/keys", {"project": "a", "role": "admin"}),
        ("/keys", {}),
    ],
)
def test_what_cannot_be_is_one_line(ask: Ask, store: Store, path: str, body: object) -> None:
    answer = ask("POST", path, json=body)
    assert answer.status_code == 400 and "\n" not in answer.json()["detail"]
    assert list_keys(store) == []


CHANGES = [
    ("POST", "/keys", b'{"project": "shop"}'),
    ("DELETE", "/keys/{key}", b""),
    ("PUT", "/projects/shop", b'{"retention_days": 1}'),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
@pytest.mark.parametrize(
    ("url", "headers", "status"),
    [
        (OWN, {"content-type": "text/plain"}, 415),
        (OWN, {"content-type": "application/x-www-form-urlencoded"}, 415),
        (OWN, {}, 415),
        (OWN, {**JSON, "sec-fetch-site": "cross-site"}, 403),
        (OWN, {**JSON, "sec-fetch-site": "same-site"}, 403),
        (OWN, {**JSON, "origin": "https://evil.example"}, 403),
        (OWN, {**JSON, "origin": "http://127.0.0.1:9999"}, 403),
        (OWN, {**JSON, "origin": "null"}, 403),
        # A name of another site that was pointed to this machine.
        ("http://evil.example:8050", {**JSON, "origin": "http://evil.example:8050"}, 403),
        ("http://evil.example:8050", JSON, 403),
    ],
)
def test_other_sites_change_nothing(
    ask: Ask, store: Store, method: str, path: str, body: bytes, url: str,
    headers: dict[str, str], status: int,
) -> None:  # fmt: skip
    before = create_key(store, "shop").key
    answer = ask(method, path.format(key=before.key_id), url, content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert list_keys(store) == [before] and find_project(store, "shop") == Project("shop")


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        (OWN, {"origin": OWN, "sec-fetch-site": "same-origin"}),
        ("http://localhost:8050", {"origin": "http://localhost:8050"}),
        ("http://[::1]:8050", {"sec-fetch-site": "none"}),
        ("https://traces.example", {"origin": "https://traces.example"}),
    ],
)
def test_the_own_pages_may(store: Store, url: str, headers: dict[str, str]) -> None:
    ask = asker(store, public_url="https://traces.example")
    answer = ask("POST", "/keys", url, json={"project": "shop"}, headers=headers)
    assert answer.status_code == 201, answer.text


def test_an_opened_ui_is_reached_by_any_name_but_by_no_other_site(store: Store) -> None:
    ask = asker(store, host="0.0.0.0", allow_open=True)
    named = "http://longpole.lan:8050"
    assert ask("POST", "/keys", named, json={"project": "a"}).status_code == 201
    foreign = {"origin": "https://evil.example"}
    refused = ask("POST", "/keys", named, json={"project": "a"}, headers=foreign)
    assert refused.status_code == 403
