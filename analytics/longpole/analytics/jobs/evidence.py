"""Traces that show a finding: some that are abnormal, some that are as usual."""

from __future__ import annotations

from typing import Any

import polars as pl

from longpole.analytics.findings.lifecycle import RESOLVED, STATE_SCHEMA
from longpole.core.store import Store, load_sql

ABNORMAL, NORMAL = 5, 3
DAY_MS = 86_400_000
ANY = 1e300


class Evidence:
    """Adds example traces and the number of affected traces to rows of `findings`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def attach(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of incidents that are not resolved get evidence; the others keep what they have."""
        final = [
            row if row["State"] == RESOLVED else {**row, **self._of(row)}
            for row in rows.iter_rows(named=True)
        ]
        return pl.DataFrame(final, schema=STATE_SCHEMA, orient="row")

    def _of(self, row: dict[str, Any]) -> dict[str, Any]:
        onset, last = _ms(row["Onset"]), _ms(row["LastSeenAt"])
        low, high = row["ExpectedLow"], row["ExpectedHigh"]
        up = row["Direction"] == "up"
        abnormal = {"least": high if up else 0.0, "most": ANY if up else low}
        evidence = {
            "ExampleTraces": self._traces(row, onset, last, abnormal, row["Observed"], ABNORMAL),
            "NormalTraces": self._traces(
                row, onset - DAY_MS, onset, {"least": 0.0, "most": ANY}, row["Expected"], NORMAL
            ),
        }
        if row["Detector"] == "latency" and row["Operation"] != "request":
            sql = load_sql("jobs/detect_affected_traces")
            parameters = {**_key(row), "from_ms": onset, "to_ms": last, "least": high}
            evidence["AffectedTraces"] = self._store.rows(sql, parameters)[0]["Traces"]
        return evidence

    def _traces(
        self, row: dict[str, Any], from_ms: int, to_ms: int, bounds: dict[str, float],
        wanted: float, limit: int,
    ) -> list[str]:  # fmt: skip
        name = "detect_dear_traces"
        if row["Detector"] == "latency":
            name = "detect_slow_requests" if _is_request(row) else "detect_slow_traces"
        parameters = {
            **_key(row), **bounds, "from_ms": max(from_ms, 0), "to_ms": to_ms,
            "wanted": wanted, "limit": limit,
        }  # fmt: skip
        return [
            str(found["TraceId"])
            for found in self._store.rows(load_sql(f"jobs/{name}"), parameters)
        ]


def _is_request(row: dict[str, Any]) -> bool:
    return bool(row["Operation"] == "request" and not row["Step"] and not row["Agent"])


def _key(row: dict[str, Any]) -> dict[str, str]:
    names = ("Project", "Service", "Agent", "Step", "Operation", "Model", "Unit")
    metric = str(row["Metric"]).rpartition("_")[2]
    return {**{name.lower(): row[name] for name in names}, "metric": metric}


def _ms(at: Any) -> int:  # noqa: ANN401 - a datetime out of a frame's row
    return int(at.timestamp() * 1000)
