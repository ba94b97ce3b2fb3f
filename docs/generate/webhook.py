"""The webhook example of docs/detection.md, from made-up rollup rows through the real steps."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import polars as pl

from longpole.analytics.alerts import message
from longpole.analytics.detect.latency import ROLLUP_SCHEMA, find_latency_anomalies
from longpole.analytics.detect.thresholds import DAY_S, LatencyThresholds
from longpole.analytics.findings import advance
from longpole.analytics.findings.lifecycle import STATE_SCHEMA

NOW_S = 1_773_144_000  # Tuesday 10 March 2026, 12:00 UTC
ONSET_S = NOW_S - 1500
BUCKET_S = 300
USUAL_MS = (560, 640, 720, 800, 900, 1050, 1300)
PUBLIC_URL = "https://longpole.example.com"
# What jobs.evidence adds from the store.
EXAMPLES = {
    "AffectedTraces": 97,
    "ExampleTraces": ["5b8aa5a2d2c872e8321cf37308d69df2"],
    "NormalTraces": ["0af7651916cd43dd8448eb211c80319c"],
}
DIGITS = 4


def example() -> str:
    """The body of the message about a tool that takes three times as long, as JSON."""
    detection = find_latency_anomalies(_rollup(), NOW_S * 10**9, LatencyThresholds())
    nothing = pl.DataFrame(schema=STATE_SCHEMA)
    incident = advance(nothing, detection, datetime.fromtimestamp(NOW_S, UTC)).row(0, named=True)
    body = message({**incident, **EXAMPLES}, PUBLIC_URL)
    return f"```json\n{json.dumps(_rounded(body), indent=2)}\n```"


def _rollup() -> pl.DataFrame:
    """Eight days of a tool called 56 times in five minutes, the last 25 minutes slow."""
    buckets = range(NOW_S - 8 * DAY_S, NOW_S, BUCKET_S)
    rows = [_row(bucket, number) for number, bucket in enumerate(buckets)]
    return pl.DataFrame(rows, schema=ROLLUP_SCHEMA)


def _row(bucket: int, number: int) -> dict[str, object]:
    # A little up and down from bucket to bucket, without chance: the page must not change.
    wave = 1 + 0.03 * np.sin(number * 2.399) + 0.02 * np.sin(number * 0.7)
    factor = wave * (3.0 if bucket >= ONSET_S else 1.0)
    calls = [ms * 1e6 * factor for ms in USUAL_MS for _ in range(8)]
    bins, counts = np.unique(np.floor(np.log(calls) / np.log(1.1)).astype(int), return_counts=True)
    total = int(sum(calls))
    return {
        "Project": "default", "Service": "research", "Agent": "researcher", "Step": "web_search",
        "Operation": "execute_tool", "Model": "", "Kind": "tool", "Bucket": bucket,
        "Calls": len(calls), "DurationNs": total, "SelfNs": total, "OutputTokens": 0,
        "DurationHist": dict(zip(bins.tolist(), counts.tolist(), strict=True)),
        "TtftHist": {}, "TpotHist": {},
    }  # fmt: skip


def _rounded(value: object) -> object:
    """Floats with few digits, for the eye and for processors that differ in the last bit."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return value
