"""API keys: their form, and what the store keeps of them."""

from __future__ import annotations

import time

import pytest

from longpole.core.access import (
    ApiKey,
    create_key,
    key_id_of,
    list_keys,
    new_key,
    revoke_key,
)
from longpole.core.access.key import DAY_NS
from longpole.core.errors import InputError
from longpole.core.store import Store

NOW = 1_790_000_000_000_000_000


def test_a_key_carries_its_id_and_a_secret_of_256_bits() -> None:
    created = new_key("shop", NOW)
    prefix, key_id, secret = created.text.split("_", 2)
    assert (prefix, key_id) == ("lp", created.key.key_id)
    assert len(secret) == 43, "32 bytes in base64"
    assert key_id_of(created.text) == created.key.key_id
    assert created.text != new_key("shop", NOW).text


def test_what_is_kept_and_shown_does_not_hold_the_secret() -> None:
    created = new_key("shop", NOW)
    secret = created.text.split("_", 2)[2]
    assert secret not in repr(created) and secret not in repr(created.key)
    assert created.key.hash != secret


def test_only_the_whole_key_matches() -> None:
    created = new_key("shop", NOW)
    assert created.key.matches(created.text)
    last = "A" if created.text[-1] != "A" else "B"
    for wrong in (created.text[:-1] + last, created.text + "A", created.key.key_id, "", "ü\udcff"):
        assert not created.key.matches(wrong)


@pytest.mark.parametrize(
    "text", ["", "lp_", "lp_0123456789ab_short", "xx_0123456789ab_" + "a" * 43, "lp_" + "a" * 5000]
)
def test_other_texts_have_no_key_id(text: str) -> None:
    assert key_id_of(text) is None


def test_a_key_ends_when_it_expires() -> None:
    key = new_key("shop", NOW, expires_days=2).key
    assert key.usable(NOW) and key.usable(NOW + 2 * DAY_NS - 1)
    assert not key.usable(NOW + 2 * DAY_NS)
    assert key.state(NOW) == "active" and key.state(NOW + 2 * DAY_NS) == "expired"
    assert new_key("shop", NOW).key.usable(NOW + 36_500 * DAY_NS)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"project": "a b"}, "project name"),
        ({"project": "shop", "also": ["x" * 65]}, "project name"),
        ({"project": "shop", "expires_days": 0}, "0 days"),
        ({"project": "shop", "expires_days": float("nan")}, "nan days"),
        ({"project": "shop", "name": "two\nlines"}, "one line"),
    ],
)
def test_what_cannot_be_is_refused(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        new_key(now_ns=NOW, **arguments)  # type: ignore[arg-type]


def test_the_store_gives_back_what_was_made(store: Store) -> None:
    plain = create_key(store, "shop").key
    full = create_key(store, "agents", "it's CI", ["shop", "*", "shop"], 30).key
    assert full.other_projects == ("shop", "*")
    assert {key.key_id: key for key in list_keys(store)} == {
        plain.key_id: plain,
        full.key_id: full,
    }


def test_the_store_does_not_hold_the_secret(store: Store) -> None:
    secret = create_key(store, "shop").text.split("_", 2)[2]
    assert secret not in str(store.rows("SELECT * FROM api_keys"))


def test_revoking_is_for_good(store: Store) -> None:
    created = create_key(store, "shop")
    kept = create_key(store, "shop").key
    revoked = revoke_key(store, created.key.key_id)
    assert not revoked.usable(time.time_ns()) and revoked.state(time.time_ns()) == "revoked"
    assert revoke_key(store, created.text) == revoked, "named by the whole key, and again"
    assert states(store) == {revoked.key_id: "revoked", kept.key_id: "active"}


def test_an_unknown_key_is_refused_without_repeating_a_secret(store: Store) -> None:
    text = new_key("shop", NOW).text
    with pytest.raises(InputError, match="keys list") as refused:
        revoke_key(store, text)
    assert text.split("_", 2)[2] not in str(refused.value)


def states(store: Store) -> dict[str, str]:
    def state(key: ApiKey) -> str:
        return key.state(time.time_ns())

    return {key.key_id: state(key) for key in list_keys(store)}
