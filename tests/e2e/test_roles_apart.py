"""One process a role over a shared store, as with a ClickHouse server: here the HTTP fixture."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from otlp_requests import request_with, span
from running import LONGPOLE, READY, Running, environment

pytestmark = pytest.mark.slow

Serve = Callable[..., AbstractContextManager[str]]
HEADERS = {"content-type": "application/x-protobuf"}
WAIT_S = 90


@contextmanager
def role(*arguments: str, env: dict[str, str]) -> Iterator[Running]:
    """One `longpole` process, until the block ends; it must stop cleanly."""
    process = subprocess.Popen(
        [*LONGPOLE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=environment(env),
    )  # fmt: skip
    started = Running(process)
    assert process.stdout is not None
    for line in process.stdout:
        started.lines.append(line.rstrip())
        if READY in line:
            break
    try:
        yield started
    finally:
        process.terminate()
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == 0, [*started.lines, rest]


@pytest.fixture
def address(serve_clickhouse: Serve, tmp_path: Path) -> Iterator[str]:
    with serve_clickhouse(tmp_path / "engine") as url:
        place = url.removeprefix("http://").removeprefix("clickhouse://").partition("/")[0]
        yield f"clickhouse://{place}/longpole"


def test_roles_work_together_through_the_store(address: str, tmp_path: Path) -> None:
    env = {"LONGPOLE_STORE_URL": address, "LONGPOLE_INGEST_SPOOL": str(tmp_path / "spool")}
    with ExitStack() as stack:
        subprocess.run([*LONGPOLE, "migrate"], env=environment(env), check=True)
        ports = ("--otlp-http-port", "0", "--otlp-grpc-port", "0")
        ingest = stack.enter_context(role("ingest", *ports, env=env))
        stack.enter_context(role("jobs", env=env))
        ui = stack.enter_context(role("ui", "--ui-port", "0", env=env))
        body = request_with([span(7, start_ns=time.time_ns())]).SerializeToString()
        answer = httpx.post(f"{ingest.otlp_http}/v1/traces", content=body, headers=HEADERS)
        assert answer.status_code == 200
        assert assembled(ui, f"{7:032x}")["trace_id"] == f"{7:032x}"
        assert httpx.get(f"{ui.ui}/readyz").status_code == 200


def test_two_ingest_processes_need_a_spool_each(address: str, tmp_path: Path) -> None:
    env = {"LONGPOLE_STORE_URL": address, "LONGPOLE_INGEST_SPOOL": str(tmp_path / "spool")}
    ports = ("--otlp-http-port", "0", "--otlp-grpc-port", "0")
    with role("ingest", *ports, env=env) as first:
        second = subprocess.run(
            [*LONGPOLE, "ingest", *ports], env=environment(env), capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
    assert second.returncode == 2
    (line,) = second.stderr.strip().splitlines()
    assert str(first.process.pid) in line and "ingest.spool" in line


def assembled(ui: Running, trace_id: str) -> dict[str, object]:
    """The trace, once the jobs process has assembled it."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        answer = httpx.get(f"{ui.ui}/api/v1/traces/{trace_id}", timeout=30)
        if answer.status_code == 200:
            found: dict[str, object] = answer.json()
            return found
        time.sleep(0.2)
    raise AssertionError(f"{trace_id} was not assembled in {WAIT_S} s")
