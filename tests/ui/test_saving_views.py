"""What the findings pages show of a finder: savings of whole runs, not a change of a step."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from longpole.ui.views import finding, findings

AT = datetime(2026, 3, 10, tzinfo=UTC)
SERIES = pl.DataFrame({"AtS": [1], "Calls": [1]})


def saving(**changes: object) -> dict[str, Any]:
    return {
        "Project": "p", "Detector": "serial_siblings", "Area": "architecture", "Severity": "info",
        "State": "firing", "Service": "api", "Agent": "a", "Step": "search", "Operation": "",
        "Model": "", "Metric": "request_duration", "Unit": "ns", "Direction": "up",
        "Title": "<b>search</b> run one after the other", "Reason": "Seen.", "Onset": AT,
        "DetectedAt": AT, "LastSeenAt": AT, "ResolvedAt": None, "Observed": 3e9, "Expected": 2e9,
        "ExpectedLow": 2e9, "ExpectedHigh": 3e9, "Score": 0.9, "RelativeChange": 0.5,
        "SizeMs": 1000.0, "SizeUsdPerDay": 0.0, "Samples": 60, "BaselineSamples": 30,
        "BaselineFrom": AT, "BaselineTo": AT, "AffectedTraces": 27, "IncidentId": "i",
        "Attribution": {"ms_per_day": 120_000.0, "share_of_requests": 0.9},
        "ExampleTraces": [], "NormalTraces": [], "SuggestedLook": "Start them together.", **changes,
    }  # fmt: skip


def test_the_page_says_time_a_day_and_the_share_instead_of_a_chart() -> None:
    page = str(finding.body(saving(), SERIES, {}, []))
    assert "2 min 00 s" in page and "90 %" in page
    assert "Judged from whole runs" in page
    assert "Graph(" not in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "1 s a request"),
        ({"SizeUsdPerDay": 2.5}, "1 s a request and $2.50 a day"),
        ({"SizeMs": 0.0, "SizeUsdPerDay": 2.5}, "$2.50 a day"),
        ({"SizeMs": 0.0}, "-"),
    ],
)
def test_size_is_time_a_request_and_money_a_day(changes: dict[str, object], words: str) -> None:
    assert findings.size(saving(**changes)) == words


def test_a_change_of_a_step_is_no_saving() -> None:
    assert findings.size(saving(Attribution={}, SizeUsdPerDay=None)) == "+1 s a call"
