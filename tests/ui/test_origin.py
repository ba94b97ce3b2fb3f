"""A page of another site cannot change anything, nor read an answer."""

from __future__ import annotations

import pytest
from ui_asking import getter

from longpole.core.access import list_keys
from longpole.core.store import Store

WRITES = ("/api/v1/keys", "/api/v1/keys/feed/revoke", "/_dash-update-component",
          "/api/v1/ingest/dead-letters/s/l/drop")  # fmt: skip
JSON = {"content-type": "application/json"}
OTHER_SITES = (
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site", "origin": "http://other.ui"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://localhost.evil.example"},
    {"origin": "http://localhost:9999"},
)
OWN: tuple[dict[str, str], ...] = (
    {},
    {"sec-fetch-site": "same-origin", "origin": "http://localhost"},
    {"sec-fetch-site": "none"},
    {"origin": "http://localhost"},
    {"origin": "https://longpole.example", "x-forwarded-host": "longpole.example"},
)


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("headers", OTHER_SITES, ids=str)
def test_another_site_cannot_write(store: Store, path: str, headers: dict[str, str]) -> None:
    answer = getter(store, method="POST", headers={**JSON, **headers}, body={})(path)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert list_keys(store) == []


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_own_pages_and_programs_can(store: Store, headers: dict[str, str]) -> None:
    answer = getter(store, method="POST", headers={**JSON, **headers}, body={})("/api/v1/keys")
    assert answer.status_code == 201
    assert len(list_keys(store)) == 1


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_cannot_write(store: Store, path: str, kind: str) -> None:
    """What a page may send anywhere without asking first is not JSON."""
    answer = getter(store, method="POST", headers={"content-type": kind}, body={})(path)
    assert answer.status_code == 415
    assert list_keys(store) == []


@pytest.mark.parametrize("path", [*WRITES, "/api/v1/ingest", "/", "/_dash-layout"])
def test_no_answer_lets_another_site_in(store: Store, path: str) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST",
             "access-control-request-headers": "content-type"}  # fmt: skip
    for method in ("OPTIONS", "GET"):
        answer = getter(store, method=method, headers=asked)(path)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert method == "GET" or not answer.is_success


def test_otlp_at_the_wrong_port_still_hears_where_to_go(store: Store) -> None:
    protobuf = {"content-type": "application/x-protobuf"}
    answer = getter(store, method="POST", headers=protobuf)("/v1/traces")
    assert answer.status_code == 404
    assert "4318" in answer.json()["detail"]
