"""`longpole keys` and `longpole projects`: alike on a free folder and beside a running process."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from longpole.cli import access as ways
from longpole.cli.address import FILE, published, published_address, reachable_address
from longpole.cli.main import cli
from longpole.core.access import list_keys, list_projects
from longpole.core.errors import LongpoleError, StoreLockedError
from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.core.web import WebServer
from longpole.ui.app import build


@pytest.fixture(params=["free", "running"])
def run(
    request: pytest.FixtureRequest, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[object]:
    """Run the command on the test's store: in it, or through a server that has it open."""
    monkeypatch.setattr(Store, "close", lambda _: None)
    line = ["--data", str(tmp_path)]

    def locked(_: object) -> Store:
        raise StoreLockedError("the folder is in use by process 1")

    with monkeypatch.context() as patch:
        if request.param == "free":
            patch.setattr(ways, "Store", lambda _: store)
            yield lambda *words: CliRunner().invoke(cli, [*words, *line])
            return
        server = WebServer(build(store, Settings()), "127.0.0.1", 0, "--ui-port")
        server.start()
        patch.setattr(ways, "Store", locked)
        try:
            with published(tmp_path, reachable_address("0.0.0.0", server.port)):
                yield lambda *words: CliRunner().invoke(cli, [*words, *line])
        finally:
            server.stop()


def good(result: Result) -> str:
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.stdout


def test_a_key_from_making_to_revoking(run: object, store: Store) -> None:
    assert callable(run)
    text = good(run("keys", "create", "--project", "shop", "--name", "CI", "--also", "a",
                    "--also", "*", "--expires", "30")).strip()  # fmt: skip
    (key,) = list_keys(store)
    assert key.matches(text), "stdout is the key and nothing else"
    assert (key.project, key.name, key.other_projects) == ("shop", "CI", ("a", "*"))
    listed = good(run("keys", "list"))
    assert key.key_id in listed and "active" in listed and text not in listed
    (shown,) = json.loads(good(run("keys", "list", "--json")))
    assert shown["key_id"] == key.key_id and shown["state"] == "active" and "hash" not in shown
    assert "revoked" in good(run("keys", "revoke", key.key_id))
    assert list_keys(store)[0].revoked_at_ns is not None
    assert "revoked" in good(run("keys", "list"))


def test_projects_are_set_in_part_and_listed(run: object, store: Store) -> None:
    assert callable(run)
    good(run("projects", "set", "shop", "--spans-per-s", "100"))
    assert "30" in good(run("projects", "set", "shop", "--retention-days", "30"))
    assert json.loads(good(run("projects", "list", "--json"))) == [
        {"name": "shop", "spans_per_s": 100, "retention_days": 30}
    ]
    assert good(run("projects", "list")).split()[-3:] == ["shop", "100", "30"]


@pytest.mark.parametrize(
    "words",
    [
        ("keys", "create", "--project", "a b"),
        ("keys", "create", "--project", "a", "--expires", "0"),
        ("keys", "revoke", "0123"),
        ("keys", "revoke", "../projects"),
        ("projects", "set", "../keys", "--spans-per-s", "1"),
        ("projects", "set", "a", "--spans-per-s", "-1"),
    ],
)
def test_wrong_use_is_one_line_either_way(
    run: object, store: Store, words: tuple[str, ...]
) -> None:
    assert callable(run)
    error = run(*words).exception
    assert isinstance(error, LongpoleError) and "\n" not in str(error)
    assert list_keys(store) == [] and list_projects(store) == []


def test_a_locked_folder_without_a_ui_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_: object) -> Store:
        raise StoreLockedError("the folder is in use by process 1")

    monkeypatch.setattr(ways, "Store", locked)
    result = CliRunner().invoke(cli, ["keys", "list", "--data", str(tmp_path)])
    assert isinstance(result.exception, StoreLockedError) and "no UI" in str(result.exception)


def test_the_address_is_for_this_user_and_goes_with_the_process(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("left by a process that was killed")
    with published(tmp_path, "http://127.0.0.1:1"):
        assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
        assert published_address(tmp_path) == "http://127.0.0.1:1"
    assert published_address(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:5"),
        ("::", "http://[::1]:5"),
        ("10.0.0.4", "http://10.0.0.4:5"),
    ],
)
def test_how_this_machine_reaches_the_server(host: str, address: str) -> None:
    assert reachable_address(host, 5) == address
