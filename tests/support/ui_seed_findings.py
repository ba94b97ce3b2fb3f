"""Findings in every state, as the detectors write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "ResolvedAt": pl.Datetime("ms", "UTC"),
    "SizeMs": pl.Float64,
    "SizeUsdPerDay": pl.Float64,
    "ExampleTraces": pl.List(pl.String),
    "NormalTraces": pl.List(pl.String),
    "Version": pl.UInt64,
}


def findings(now_ns: int, hours: float, slow: list[str], normal: list[str]) -> pl.DataFrame:
    """A firing latency finding, a firing cost drift, a pending one, a resolved one."""
    now = datetime.fromtimestamp(now_ns / 1e9, UTC)
    onset = now - timedelta(hours=hours / 10)
    rows = [
        _row("inc-latency", now, onset, **LATENCY, ExampleTraces=slow, NormalTraces=normal),
        _row("inc-cost", now, onset, **COST, ExampleTraces=slow, NormalTraces=normal),
        _row("inc-pending", now, now - timedelta(minutes=20), **PENDING),
        _row("inc-resolved", now, now - timedelta(hours=30), **RESOLVED, ResolvedAt=now),
    ]
    frame = pl.DataFrame(rows, schema_overrides=SCHEMA, infer_schema_length=None)
    maps = [{str(k): float(v) for k, v in row["Attribution"].items()} for row in rows]
    keyed = pl.Series("Attribution", maps, dtype=pl.Map(pl.String, pl.Float64))
    return frame.with_columns(keyed)


def notifications(now_ns: int) -> pl.DataFrame:
    """One delivered after one failed attempt."""
    now = datetime.fromtimestamp(now_ns / 1e9, UTC)
    shared = {
        "Project": "default",
        "IncidentId": "inc-latency",
        "Receiver": "https://hooks.example/x",
    }
    return pl.DataFrame(
        [
            {**shared, "AttemptedAt": now - timedelta(minutes=9), "Delivered": False,
             "StatusCode": 502, "Error": "the receiver answered 502"},
            {**shared, "AttemptedAt": now - timedelta(minutes=8), "Delivered": True,
             "StatusCode": 200, "Error": ""},
        ]
    )  # fmt: skip


def _row(incident: str, now: datetime, onset: datetime, **values: object) -> dict[str, Any]:
    base = {
        "Project": "default", "Fingerprint": f"fp-{incident}", "IncidentId": incident,
        "Service": "support", "Agent": "support-agent", "Operation": "tool", "Model": "",
        "Direction": "up", "Onset": onset, "DetectedAt": onset + timedelta(minutes=12),
        "LastSeenAt": now - timedelta(minutes=3), "ResolvedAt": None,
        "SizeMs": None, "SizeUsdPerDay": None, "Samples": 210, "BaselineSamples": 1_840,
        "BaselineFrom": onset - timedelta(days=14), "BaselineTo": onset, "AffectedTraces": 190,
        "Attribution": {}, "ExampleTraces": [], "NormalTraces": [], "Version": 1,
    }  # fmt: skip
    return {**base, **values}


LATENCY = {
    "Detector": "latency", "Area": "architecture", "State": "firing", "Severity": "critical",
    "Step": "search_docs", "Metric": "p95_duration", "Unit": "ns",
    "Title": "search_docs of support-agent is 3.0 times slower",
    "Reason": "p95 of search_docs left its band in 3 of 3 windows and stayed there.",
    "Observed": 2.4e9, "Expected": 8.1e8, "ExpectedLow": 6.2e8, "ExpectedHigh": 1.05e9,
    "Score": 7.4, "RelativeChange": 1.96, "SizeMs": 900.0,
    "SuggestedLook": "Compare a slow and a normal run; the release changed at the onset.",
}  # fmt: skip
COST = {
    "Detector": "cost_drift", "Area": "tuning", "State": "firing", "Severity": "warning",
    "Step": "answer", "Operation": "", "Model": "",
    "Metric": "cost_usd_per_request", "Unit": "usd",
    "Title": "A run of answer costs 15 % more",
    "Reason": "Hourly cost per request differs from the 96 hours before (p < 0.001).",
    "Observed": 0.0101, "Expected": 0.0088, "ExpectedLow": 0.0062, "ExpectedHigh": 0.0108,
    "Score": 5.1, "RelativeChange": 0.147, "SizeUsdPerDay": 0.42,
    "Attribution": {"price": 0.0, "model_mix": -0.0001, "input_tokens": 0.0002,
                    "output_tokens": 0.002, "calls_per_request": 0.00005},
    "SuggestedLook": "Output tokens grew with release 1.4.2: look at the answer prompt.",
}  # fmt: skip
PENDING = {
    "Detector": "latency", "Area": "architecture", "State": "pending", "Severity": "info",
    "Step": "lookup_order", "Agent": "router", "Metric": "p50_duration", "Unit": "ns",
    "Title": "lookup_order of router may be getting slower",
    "Reason": "p50 left its band in 1 of 3 windows.",
    "Observed": 1.6e8, "Expected": 1.2e8, "ExpectedLow": 1.0e8, "ExpectedHigh": 1.5e8,
    "Score": 2.9, "RelativeChange": 0.33, "SizeMs": 40.0, "SuggestedLook": "",
}  # fmt: skip
RESOLVED = {
    "Detector": "latency", "Area": "deployment", "State": "resolved", "Severity": "warning",
    "Step": "reason", "Service": "research", "Agent": "researcher", "Operation": "chat",
    "Model": "claude-sonnet-4", "Metric": "p95_ttft", "Unit": "ns",
    "Title": "First token of reason came 40 % later",
    "Reason": "Time to first token left its band for 2 hours and came back.",
    "Observed": 3.1e9, "Expected": 2.2e9, "ExpectedLow": 1.9e9, "ExpectedHigh": 2.6e9,
    "Score": 3.3, "RelativeChange": 0.41, "SizeMs": 900.0, "SuggestedLook": "",
}  # fmt: skip
