"""The demo at a running Longpole: what it plays is what Longpole shows."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import environment, running

pytestmark = pytest.mark.slow

PATIENCE_S = 120


def totals(api: httpx.Client) -> tuple[int, int]:
    """Traces and spans that the search knows."""
    traces, spans, cursor = 0, 0, None
    while True:
        page: dict[str, Any] = {"since": "all", "limit": 1000}
        answer = api.get("/api/v1/traces", params=page | ({"cursor": cursor} if cursor else {}))
        answer.raise_for_status()
        rows = answer.json()["traces"]
        traces, spans = traces + len(rows), spans + sum(row["spans"] for row in rows)
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return traces, spans


def test_history_arrives_complete(tmp_path: Path) -> None:
    with running(tmp_path) as longpole, httpx.Client(base_url=longpole.ui, timeout=30) as api:
        command = [
            sys.executable, "-m", "longpole.cli.demo", "--history-hours", "6", "--history-only",
            "--endpoint", longpole.otlp_http,
        ]  # fmt: skip
        said = subprocess.run(
            command, capture_output=True, text=True, check=True, env=environment()
        ).stdout
        sent = int(said.split()[1].replace(",", ""))
        assert sent > 5_000
        deadline = time.monotonic() + PATIENCE_S
        while totals(api)[1] < sent and time.monotonic() < deadline:
            time.sleep(1)
        traces, spans = totals(api)
        assert spans == sent
        assert traces > 500
        steps = api.get("/api/v1/traces", params={"since": "all", "step": "draft_answer"})
        assert steps.json()["traces"], "the planted step can be searched for"
