"""Prices of a running Longpole change, and the past is priced anew beside it and after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from otlp_requests import request_with, span
from running import LONGPOLE, Running, environment, running

pytestmark = pytest.mark.slow
TRACES = 40


def book(path: Path, dollars: float) -> None:
    path.write_text(f'[[price]]\nmodel = "house"\ninput = {dollars}\n')


def send(longpole: Running, first: int) -> None:
    spans = []
    for number in range(first, first + TRACES):
        one = span(number, start_ns=time.time_ns() - 10**9)
        for key, value in (("gen_ai.operation.name", "chat"), ("gen_ai.request.model", "house")):
            one.attributes.add(key=key).value.string_value = value
        one.attributes.add(key="gen_ai.usage.input_tokens").value.int_value = 1_000_000
        one.attributes.add(key="gen_ai.usage.output_tokens").value.int_value = 0
        spans.append(one)
    httpx.post(
        f"{longpole.otlp_http}/v1/traces",
        content=request_with(spans).SerializeToString(),
        headers={"content-type": "application/x-protobuf"},
    ).raise_for_status()


def costs_are(longpole: Running, dollars: float, count: int) -> bool:
    """Whether, within a minute, so many traces cost so much, and their step the sum."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        query = {"since": "24h", "limit": "1000"}
        found = httpx.get(f"{longpole.ui}/api/v1/traces", params=query, timeout=30).json()
        steps = httpx.get(f"{longpole.ui}/api/v1/steps", timeout=30).json()["steps"]
        exact = [row for row in found["traces"] if row["cost_usd"] == dollars]
        rolled = sum(row["cost_usd"] or 0 for row in steps)
        if len(exact) == count and rolled == pytest.approx(dollars * count):
            return True
        time.sleep(0.3)
    return False


def rebuild(folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = ["rebuild", "--cost", "--since", "2026-01-01", "--data", str(folder)]
    return subprocess.run(
        [*LONGPOLE, *words], capture_output=True, text=True, timeout=120, check=False,
        env=environment(env),
    )  # fmt: skip


def test_prices_change_while_longpole_runs_and_after_a_kill(tmp_path: Path) -> None:
    prices, data = tmp_path / "own.toml", tmp_path / "data"
    env = {"LONGPOLE_PRICES_BOOK": str(prices)}
    book(prices, 2)
    with running(data, env=env) as longpole:
        send(longpole, 1)
        assert costs_are(longpole, 2.0, TRACES)
        book(prices, 3)
        done = rebuild(data, env)
        assert done.returncode == 0, done.stderr
        assert f"{TRACES} traces looked at, {TRACES} spans have another cost" in done.stdout
        assert "80.000000 USD before, 120.000000 USD now" in done.stdout
        assert costs_are(longpole, 3.0, TRACES)
        book(prices, 4)
        httpx.post(
            f"{longpole.ui}/api/v1/admin/reprice", json={"since": "2026-01-01"}
        ).raise_for_status()
        os.kill(longpole.process.pid, signal.SIGKILL)
        longpole.process.wait()
    with running(data, env=env) as again:
        assert costs_are(again, 4.0, TRACES)
    book(prices, 5)
    alone = rebuild(data, env)
    assert "160.000000 USD before, 200.000000 USD now" in alone.stdout, alone.stderr
    with running(data, env=env) as last:
        assert costs_are(last, 5.0, TRACES)
        assert rebuild(data, env).stdout.startswith(f"{TRACES} traces looked at, 0 spans")
