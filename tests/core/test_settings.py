from __future__ import annotations

from pathlib import Path

import pytest

from longpole.core.errors import SettingsError
from longpole.core.settings import describe, load


def test_argument_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    file = tmp_path / "longpole.toml"
    file.write_text("[ui]\nport = 1111\nhost = '::1'\n[ingest]\nhttp_port = 2222\n")
    environ = {"LONGPOLE_UI_PORT": "3333", "LONGPOLE_INGEST_HTTP_PORT": "4444"}
    loaded = load({"ui.port": 5555, "ui.host": None}, environ, file)
    assert loaded.settings.ui.port == 5555
    assert loaded.settings.ingest.http_port == 4444
    assert loaded.settings.ui.host == "::1"
    assert loaded.settings.ingest.grpc_port == 4317
    sources = {row["setting"]: row["source"] for row in describe(loaded)}
    assert sources["ui.port"] == "argument"
    assert sources["ingest.http_port"] == "environment"
    assert sources["ui.host"] == f"file {file}"
    assert sources["ingest.grpc_port"] == "default"


def test_lists_come_from_the_environment_with_commas() -> None:
    loaded = load(environ={"LONGPOLE_ALERTS_WEBHOOKS": "http://a/x, http://b/y"})
    assert loaded.settings.alerts.webhooks == ("http://a/x", "http://b/y")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[ui]\nport = 70000\n", "ui.port"),
        ("[ui]\nprot = 1\n", "ui.prot"),
        ("[nothing]\nx = 1\n", "nothing"),
        ("[ui\n", "not TOML"),
    ],
)
def test_bad_files_are_one_line_that_names_the_setting(
    tmp_path: Path, text: str, says: str
) -> None:
    file = tmp_path / "longpole.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(environ={}, file=file)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--config"):
        load(environ={}, file=tmp_path / "none.toml")


def test_secrets_are_not_shown() -> None:
    environ = {
        "LONGPOLE_STORE_URL": "clickhouse://ann:geheim@db:8123/longpole",
        "LONGPOLE_INGEST_API_KEY": "geheim",
        "LONGPOLE_ALERTS_WEBHOOK_SECRET": "geheim",
    }
    shown = {row["setting"]: row["value"] for row in describe(load(environ=environ))}
    assert "geheim" not in str(shown)
    assert shown["store.url"] == "clickhouse://ann:********@db:8123/longpole"


def test_privacy_settings(tmp_path: Path) -> None:
    file = tmp_path / "longpole.toml"
    file.write_text("[privacy]\ncontent = 2000\n")
    environ = {
        "LONGPOLE_PRIVACY_HASH_KEY": "geheim-geheim-geheim",
        "LONGPOLE_PRIVACY_HASH_ATTRIBUTES": "user.id, enduser.id",
        "LONGPOLE_PRIVACY_MASK_PATTERNS": "a{1,2}\nb,c\n",
    }
    loaded = load(environ=environ, file=file)
    assert loaded.settings.privacy.content == "2000"
    assert loaded.settings.privacy.hash_attributes == ("user.id", "enduser.id")
    assert loaded.settings.privacy.mask_patterns == ("a{1,2}", "b,c"), "a comma is part of one"
    assert "geheim" not in str(describe(loaded))


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"LONGPOLE_PRIVACY_HASH_ATTRIBUTES": "user.id"}, "privacy.hash_key"),
        (
            {
                "LONGPOLE_PRIVACY_HASH_ATTRIBUTES": "user.id",
                "LONGPOLE_PRIVACY_HASH_KEY": "geheim",
            },
            "16 characters",
        ),
        ({"LONGPOLE_PRIVACY_CONTENT": "some"}, "privacy.content"),
        ({"LONGPOLE_PRIVACY_CONTENT": "0"}, "privacy.content"),
    ],
)
def test_unusable_privacy_settings(environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        load(environ=environ)
    assert "geheim" not in str(caught.value)
