"""The promise of `longpole up --demo`: both planted problems are found, and nothing else is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PATIENCE_S = 400
PLANTED = {("latency", "researcher", "web_search"), ("cost_drift", "writer", "draft_answer")}


def test_planted_problems_are_found_and_nothing_else(tmp_path: Path) -> None:
    with (
        running(tmp_path, "--demo") as longpole,
        httpx.Client(base_url=longpole.ui, timeout=60) as api,
    ):
        found = wait_for_findings(api)
    assert {(f["detector"], f["agent"], f["step"]) for f in found} == PLANTED
    assert all(f["service"] == "research" and f["direction"] == "up" for f in found)
    by_detector = {f["detector"]: f for f in found}
    slow, dear = by_detector["latency"], by_detector["cost_drift"]
    assert 1.2 < slow["relative_change"] < 3
    assert max(dear["attribution"], key=dear["attribution"].__getitem__) == "input_tokens"
    for finding in found:
        assert finding["example_traces"] and finding["normal_traces"], finding["title"]


def wait_for_findings(api: httpx.Client) -> list[dict[str, Any]]:
    """All findings, once as many fire as problems were planted."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        answer = api.get("/api/v1/findings")
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["findings"]
        firing = [finding for finding in found if finding["state"] == "firing"]
        if len(firing) >= len(PLANTED) or time.monotonic() > deadline:
            return found
        time.sleep(2)
