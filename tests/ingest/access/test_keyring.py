"""The snapshot of keys: renewed, kept while the store is away, remembered over a restart."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from longpole.core.access import create_key, list_keys, revoke_key, set_project
from longpole.core.errors import StoreUnavailableError
from longpole.core.store import Store
from longpole.ingest.access import Keyring

OpenKeyring = Callable[..., Keyring]


@pytest.fixture
def away(store: Store, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Take the store away."""

    def rows(*_: object) -> None:
        raise StoreUnavailableError("gone")

    return lambda: monkeypatch.setattr(store, "rows", rows)


def test_a_change_holds_after_a_refresh(store: Store, open_keyring: OpenKeyring) -> None:
    keyring = open_keyring()
    assert keyring.loaded and not keyring.has_keys
    key = create_key(store, "shop").key
    set_project(store, "shop", spans_per_s=5)
    assert keyring.refresh()
    assert keyring.has_keys and keyring.find(key.key_id) == key
    assert keyring.find("0" * 12) is None
    assert (keyring.items_per_s("shop"), keyring.items_per_s("other")) == (5, 0)


def test_a_revoked_key_is_noticed_in_the_background(
    store: Store, open_keyring: OpenKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = create_key(store, "shop").key
    keyring = open_keyring(refresh_s=0.01)
    keyring.start()
    revoke_key(store, key.key_id)
    seen = threading.Event()
    refresh = keyring.refresh

    def noticed() -> bool:
        done = refresh()
        found = keyring.find(key.key_id)
        if found and found.revoked_at_ns:
            seen.set()
        return done

    monkeypatch.setattr(keyring, "refresh", noticed)
    assert seen.wait(30)


def test_a_failing_pass_does_not_end_the_renewing(
    store: Store, open_keyring: OpenKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = open_keyring(refresh_s=0.01)
    passes = []
    third = threading.Event()

    def fails() -> bool:
        passes.append(1)
        if len(passes) == 3:
            third.set()
        raise MemoryError

    monkeypatch.setattr(keyring, "refresh", fails)
    keyring.start()
    assert third.wait(30)


def test_an_away_store_keeps_the_last_snapshot(
    store: Store, open_keyring: OpenKeyring, away: Callable[[], None]
) -> None:
    key = create_key(store, "shop").key
    keyring = open_keyring()
    away()
    assert not keyring.refresh()
    assert keyring.find(key.key_id) == key


def test_a_restart_while_the_store_is_away_knows_the_keys(
    store: Store, open_keyring: OpenKeyring, away: Callable[[], None]
) -> None:
    key = create_key(store, "shop", also=["agents"], expires_days=3).key
    set_project(store, "shop", spans_per_s=7)
    open_keyring()
    away()
    again = open_keyring()
    assert again.loaded and again.find(key.key_id) == key and again.items_per_s("shop") == 7


def test_the_copy_holds_no_secret_and_is_for_this_user_only(
    store: Store, open_keyring: OpenKeyring, tmp_path: Path
) -> None:
    created = create_key(store, "shop")
    open_keyring(file="copy.json")
    file = tmp_path / "copy.json"
    text = file.read_text()
    assert created.key.hash in text and created.text.split("_", 2)[2] not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file], "nothing half-written is left"


def test_the_copy_is_written_when_something_changed(
    store: Store, open_keyring: OpenKeyring, tmp_path: Path
) -> None:
    keyring = open_keyring(file="copy.json")
    before = (tmp_path / "copy.json").stat().st_ino
    keyring.refresh()
    assert (tmp_path / "copy.json").stat().st_ino == before
    create_key(store, "shop")
    keyring.refresh()
    assert len(json.loads((tmp_path / "copy.json").read_text())["keys"]) == len(list_keys(store))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"keys": [{}], "projects": []}', "\x00"])
def test_a_damaged_copy_counts_as_none_and_is_made_again(
    store: Store, open_keyring: OpenKeyring, tmp_path: Path, text: str,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    (tmp_path / "keys.json").write_text(text)

    def rows(*_: object) -> None:
        raise StoreUnavailableError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(store, "rows", rows)
        assert not open_keyring().loaded
    assert "cannot be used" in caplog.text
    assert open_keyring().loaded
    assert json.loads((tmp_path / "keys.json").read_text()) == {"keys": [], "projects": []}


def test_a_copy_that_cannot_be_written_is_said_once(
    open_keyring: OpenKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    keyring = open_keyring(file="no-such-folder/keys.json")
    assert keyring.loaded
    keyring.refresh()
    assert caplog.text.count("cannot be written") == 1
