"""The finders on the real engine: found once, kept quiet, resolved when calm."""

from __future__ import annotations

import polars as pl

from longpole.analytics.jobs.find import FindJob
from longpole.core.settings import Settings
from longpole.core.store import Store

NOW_NS = 1_773_144_000_000_000_000
SECOND = 1_000_000_000


def facts(gap_ns: int, version: int) -> pl.DataFrame:
    """Thirty runs of two searches of a second each, the second `gap_ns` after the first began."""
    rows = [
        {
            "Project": "default", "TraceId": f"{run:032x}", "SpanId": f"{n:016x}",
            "ParentSpanId": "f" * 16, "RootName": "ask", "Service": "api", "Step": "search",
            "Kind": "tool", "Start": NOW_NS - 3600 * SECOND + n * gap_ns, "DurationNs": SECOND,
            "PathNs": SECOND, "Version": version,
        }
        for run in range(30) for n in range(2)
    ]  # fmt: skip
    types = {"Version": pl.UInt64, "DurationNs": pl.UInt64, "PathNs": pl.UInt64}
    return pl.DataFrame(rows, schema_overrides=types).with_columns(
        pl.col("Start").cast(pl.Datetime("ns", "UTC"))
    )


def test_a_pattern_fires_once_and_resolves_when_it_is_gone(store: Store) -> None:
    job = FindJob(store, Settings())
    store.insert("span_facts", facts(SECOND, 1))
    assert job.judge(NOW_NS) == 1
    row = store.rows("SELECT * FROM findings FINAL")[0]
    assert (row["Detector"], row["State"], row["SizeMs"]) == ("serial_siblings", "firing", 1000.0)
    assert len(row["ExampleTraces"]) == 5
    assert job.judge(NOW_NS + SECOND) == 0
    store.insert("span_facts", facts(SECOND // 2, 2))
    assert job.judge(NOW_NS + 2 * SECOND) == 1
    assert store.rows("SELECT State FROM findings FINAL")[0]["State"] == "resolved"


def test_an_empty_store_has_no_findings(store: Store) -> None:
    assert FindJob(store, Settings()).judge(NOW_NS) == 0
