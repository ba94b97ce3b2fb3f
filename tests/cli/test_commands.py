"""The `longpole` command as its users meet it: real processes, real ports."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from otlp_requests import request_with, span
from running import LONGPOLE, Running, environment, running

pytestmark = pytest.mark.slow


def run(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LONGPOLE, *arguments],
        capture_output=True, text=True, timeout=120, env=environment(env), check=False,
    )  # fmt: skip


def wait_for_traces(longpole: Running, expected: int) -> int:
    """How many traces the API lists once there are `expected`, or after a minute."""
    deadline = time.monotonic() + 60
    while True:
        query = {"since": "all", "limit": "1", "count": "true"}
        answer = httpx.get(f"{longpole.ui}/api/v1/traces", params=query, timeout=30)
        total = int(answer.json()["total"])
        if total >= expected or time.monotonic() > deadline:
            return total
        time.sleep(0.2)


def only_line(result: subprocess.CompletedProcess[str]) -> str:
    """Wrong use: exit code 2 and exactly one line, no traceback."""
    assert result.returncode == 2, result.stderr
    (line,) = result.stderr.strip().splitlines()
    return line


def test_config_show_says_where_values_come_from() -> None:
    result = run("config", "show", "--json", env={"LONGPOLE_UI_PORT": "9999"})
    rows = {row["setting"]: row for row in json.loads(result.stdout)}
    assert rows["ui.port"]["value"] == "9999" and rows["ui.port"]["source"] == "environment"
    assert "ui.port" in run("config", "show").stdout


def test_up_serves_stops_and_starts_again_with_its_data(tmp_path: Path) -> None:
    body = request_with([span(1)]).SerializeToString()
    headers = {"content-type": "application/x-protobuf"}
    with running(tmp_path) as longpole:
        httpx.post(f"{longpole.otlp_http}/v1/traces", content=body, headers=headers)
        assert httpx.get(f"{longpole.ui}/healthz").status_code == 200
        assert httpx.get(f"{longpole.ui}/readyz").status_code == 200
    assert longpole.process.returncode == 0, longpole.lines
    with running(tmp_path) as again:
        assert wait_for_traces(again, 1) == 1
    assert again.process.returncode == 0, again.lines


def test_a_second_process_on_the_folder_is_told_who_has_it(tmp_path: Path) -> None:
    with running(tmp_path) as longpole:
        line = only_line(run("migrate", "--data", str(tmp_path)))
    assert str(longpole.process.pid) in line and "--data" in line


def test_keys_are_managed_while_longpole_runs_and_after(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    with running(tmp_path) as longpole:
        made = run("keys", "create", "--project", "shop", *data)
        assert made.returncode == 0 and made.stdout.startswith("lp_"), made.stderr
        assert run("projects", "set", "shop", "--retention-days", "7", *data).returncode == 0
        listed = httpx.get(f"{longpole.ui}/api/v1/admin/keys").json()["keys"]
    assert not (tmp_path / "longpole.json").exists()
    (kept,) = json.loads(run("keys", "list", "--json", *data).stdout)
    assert kept["key_id"] == listed[0]["key_id"] == made.stdout.split("_")[1]
    assert json.loads(run("projects", "list", "--json", *data).stdout)[0]["retention_days"] == 7


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for option in ("--ui-port", "--otlp-http-port", "--otlp-grpc-port"):
            others = {"--ui-port", "--otlp-http-port", "--otlp-grpc-port"} - {option}
            free = [text for other in sorted(others) for text in (other, "0")]
            line = only_line(run("up", "--data", str(tmp_path), option, str(port), *free))
            assert str(port) in line and option in line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "cannot be written" in only_line(run("up", "--data", str(tmp_path / "inside")))


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs Linux's /proc")
def test_a_folder_that_not_even_root_can_make_is_one_line() -> None:
    line = only_line(run("up", "--data", "/proc/longpole"))
    assert "/proc/longpole cannot be written" in line and "--data" in line


def test_a_file_where_the_folder_should_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    line = only_line(run("up", "--data", str(tmp_path / "file")))
    assert str(tmp_path / "file") in line and "--data" in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["up", "--store", "mysql://x"], "clickhouse://"),
        (["up", "--store", "clickhouse://127.0.0.1:1/longpole"], "127.0.0.1:1"),
        (["--config", "none.toml", "config", "show"], "none.toml"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], says: str) -> None:
    assert says in only_line(run(*arguments))


def test_an_unknown_command_is_refused() -> None:
    result = run("dance")
    assert result.returncode == 2 and "dance" in result.stderr


def test_listening_beyond_loopback_needs_a_decision(tmp_path: Path) -> None:
    assert "api_key" in only_line(run("ingest", "--data", str(tmp_path), "--host", "0.0.0.0"))
    assert "allow_open" in only_line(run("ui", "--data", str(tmp_path), "--host", "0.0.0.0"))


def test_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    headers = {"content-type": "application/x-protobuf"}
    with running(tmp_path) as longpole:
        for number in range(1, 31):
            body = request_with([span(number)]).SerializeToString()
            answer = httpx.post(f"{longpole.otlp_http}/v1/traces", content=body, headers=headers)
            assert answer.status_code == 200
        longpole.process.send_signal(signal.SIGKILL)
        longpole.process.wait()
    with running(tmp_path) as again:
        assert wait_for_traces(again, 30) == 30
