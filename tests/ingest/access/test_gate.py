"""Who gets in, and for which project."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from longpole.core.access import create_key, new_key, revoke_key
from longpole.core.access.key import DAY_NS
from longpole.core.errors import StoreUnavailableError
from longpole.core.store import Store
from longpole.ingest.access import Gate, Keyring, Sender
from longpole.ingest.errors import BusyError, ForbiddenError, RefusedError, UnauthenticatedError

OpenKeyring = Callable[..., Keyring]
WRONG = new_key("shop", 0).text


def test_without_any_key_the_service_is_open(open_keyring: OpenKeyring) -> None:
    gate = Gate(None, open_keyring())
    assert gate.admit(None, None, None).project == "default"
    assert gate.admit("anything", "Bearer of news", None).project == "default"
    sender = gate.admit(None, None, "shop")
    assert sender.project == "shop" and sender.project_for("agents") == "agents"


@pytest.mark.parametrize("name", ["a b", "*", "x" * 65, "../etc", "ü"])
@pytest.mark.parametrize("api_key", [None, "s3cret"])
def test_a_project_that_is_no_name_is_refused(
    open_keyring: OpenKeyring, name: str, api_key: str | None
) -> None:
    with pytest.raises(RefusedError, match="project name") as refused:
        Gate(api_key, open_keyring()).admit(api_key, None, name)
    assert refused.value.http_status == 400


def test_the_key_of_the_settings_names_any_project(open_keyring: OpenKeyring) -> None:
    gate = Gate("s3cret", open_keyring())
    assert gate.admit("s3cret", None, None).project == "default"
    assert gate.admit(None, "bEaReR  s3cret ", "shop").project == "shop"
    for key, authorization in [(None, None), ("S3cret", None), ("", "Basic s3cret"), (WRONG, None)]:
        with pytest.raises(UnauthenticatedError, match="x-longpole-key"):
            gate.admit(key, authorization, None)


def test_where_a_key_was_made_one_is_needed(store: Store, open_keyring: OpenKeyring) -> None:
    created = create_key(store, "shop")
    gate = Gate(None, open_keyring())
    assert gate.admit(created.text, None, None) == Sender(created.key.key_id, "shop")
    assert gate.admit(None, f"Bearer {created.text}", "shop").project == "shop"
    same_id = created.text[:-4] + "AAAA"
    for wrong in (None, "", WRONG, same_id, created.key.key_id, "ü" * 70, "\udcff"):
        with pytest.raises(UnauthenticatedError):
            gate.admit(wrong, None, None)


def test_both_kinds_of_key_work_side_by_side(store: Store, open_keyring: OpenKeyring) -> None:
    created = create_key(store, "shop")
    gate = Gate("s3cret", open_keyring())
    assert gate.admit("s3cret", None, None).project == "default"
    assert gate.admit(created.text, None, None).project == "shop"


def test_a_key_names_only_the_projects_it_was_made_for(
    store: Store, open_keyring: OpenKeyring
) -> None:
    narrow = create_key(store, "shop", also=["agents"])
    wide = create_key(store, "shop", also=["*"])
    gate = Gate(None, open_keyring())
    assert gate.admit(narrow.text, None, "agents").project == "agents"
    with pytest.raises(ForbiddenError, match="--also default") as refused:
        gate.admit(narrow.text, None, "default")
    assert (refused.value.http_status, refused.value.grpc_status) == (403, "PERMISSION_DENIED")
    assert "\n" not in str(refused.value)
    assert gate.admit(wide.text, None, "default").project == "default"


def test_a_resource_goes_where_the_key_allows_else_to_the_own_project(
    store: Store, open_keyring: OpenKeyring
) -> None:
    created = create_key(store, "shop", also=["agents"])
    gate = Gate(None, open_keyring())
    sender = gate.admit(created.text, None, None)
    wanted = ["shop", "agents", "default", "a b", "", None]
    own = "shop"
    assert [sender.project_for(name) for name in wanted] == ["shop", "agents", own, own, own, own]
    renamed = gate.admit(created.text, None, "agents")
    assert [renamed.project_for(name) for name in wanted[:3]] == ["shop", "agents", "agents"]


def test_a_revoked_or_expired_key_says_so_and_never_opens_the_service(
    store: Store, open_keyring: OpenKeyring
) -> None:
    created = create_key(store, "shop", expires_days=1)
    keyring = open_keyring()
    later = Gate(None, keyring, now_ns=lambda: time.time_ns() + 2 * DAY_NS)
    with pytest.raises(UnauthenticatedError, match="expired"):
        later.admit(created.text, None, None)
    revoke_key(store, created.key.key_id)
    assert keyring.refresh()
    gate = Gate(None, keyring)
    with pytest.raises(UnauthenticatedError, match="revoked"):
        gate.admit(created.text, None, None)
    with pytest.raises(UnauthenticatedError):
        gate.admit(None, None, None)


def test_a_key_for_reading_does_not_send(store: Store, open_keyring: OpenKeyring) -> None:
    created = create_key(store, "shop")
    store.command(
        "INSERT INTO api_keys SELECT * REPLACE ('read' AS Role, Version + 1 AS Version)"
        " FROM api_keys"
    )
    with pytest.raises(ForbiddenError, match="for read"):
        Gate(None, open_keyring()).admit(created.text, None, None)


def test_unknown_keys_fail_closed_and_ask_to_retry(
    store: Store, open_keyring: OpenKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreUnavailableError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(store, "rows", away)
        keyring = open_keyring()
        for gate in (Gate(None, keyring), Gate("s3cret", keyring)):
            with pytest.raises(BusyError) as refused:
                gate.admit(WRONG, None, None)
            assert refused.value.http_status == 503 and refused.value.retry_after_s
        assert Gate("s3cret", keyring).admit("s3cret", None, None).project == "default"
    assert keyring.refresh()
    assert Gate(None, keyring).admit(None, None, None).project == "default"
