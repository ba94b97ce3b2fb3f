"""The rollup on the real engine, against a plain recomputation."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from longpole.analytics.jobs.rollup import KEY, RollupJob
from longpole.core.settings import JobsSettings
from longpole.core.store import Store

DAY = datetime(2026, 3, 10, 9, tzinfo=UTC)
SUMS = ["Calls", "Traces", "Errors", "ModelCalls", "InputTokens", "DurationNs", "SelfNs", "PathNs"]
HISTS = {
    "DurationHist": pl.col("DurationNs"),
    "SelfHist": pl.col("SelfNs"),
    "PathHist": pl.col("PathNs"),
    "TtftHist": (pl.col("TtftS") * 1e9).fill_null(0),
}


def spans(count: int, seed: int, version: int, start: datetime = DAY) -> pl.DataFrame:
    rng = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for i in range(count):
        llm = rng.random() < 0.5
        rows.append(
            {
                "Project": rng.choice(["default", "other"]),
                "TraceId": f"{seed:016x}{i // 4:016x}",
                "SpanId": f"{i:016x}",
                "Service": rng.choice(["api", "worker"]),
                "Agent": "planner",
                "Step": rng.choice(["search", "write"]),
                "Kind": "llm" if llm else "tool",
                "Operation": "chat" if llm else "execute_tool",
                "Model": "m1" if llm else "",
                "Start": start + timedelta(milliseconds=rng.randrange(3_600_000)),
                "DurationNs": rng.choice([0, rng.randrange(1, 10**11)]),
                "SelfNs": rng.randrange(0, 10**9),
                "PathNs": rng.choice([0, rng.randrange(1, 10**9)]),
                "IsError": rng.random() < 0.1,
                "Counted": llm,
                "InputTokens": rng.randrange(5000) if llm else None,
                "CostUsd": Decimal(rng.randrange(10**6)) / 10**9 if llm else None,
                "TtftS": rng.random() if llm else None,
                "Version": version,
            }
        )
    schema = {"Start": pl.Datetime("ns", "UTC"), "CostUsd": pl.Decimal(18, 9)}
    return pl.DataFrame(rows, schema_overrides={**schema, "Version": pl.UInt64})


def recomputed(frame: pl.DataFrame) -> pl.DataFrame:
    latest = frame.sort("Version").unique(["Project", "TraceId", "SpanId"], keep="last")
    ends = latest["Start"].dt.epoch("ns") + latest["DurationNs"].cast(pl.Int64)
    counted = pl.col("Counted")
    return (
        latest.with_columns((ends // 300_000_000_000 * 300).cast(pl.UInt32).alias("Bucket"))
        .group_by(KEY)
        .agg(
            Calls=pl.len(),
            Traces=pl.col("TraceId").n_unique(),
            Errors=pl.col("IsError").sum(),
            ModelCalls=counted.sum(),
            InputTokens=pl.col("InputTokens").filter(counted).sum(),
            CostUsd=pl.col("CostUsd").filter(counted).sum(),
            DurationNs=pl.col("DurationNs").sum(),
            SelfNs=pl.col("SelfNs").sum(),
            PathNs=pl.col("PathNs").sum(),
            **{f"{name}Values": values for name, values in HISTS.items()},
        )
        .sort(KEY)
    )


def stored(store: Store) -> pl.DataFrame:
    sql = "SELECT * FROM step_rollup_5m FINAL WHERE Calls > 0 AND Kind != 'request'"
    return store.frame(sql).sort(KEY)


def buckets_of(values: list[float]) -> dict[int, int]:
    indices = [int(np.floor(np.log(v) / np.log(1.1))) for v in values if v > 0]
    return {i: indices.count(i) for i in sorted(set(indices))}


def as_map(cell: dict[int, int] | list[dict[str, int]]) -> dict[int, int]:
    return dict(cell) if isinstance(cell, dict) else {e["key"]: e["value"] for e in cell}


def assert_equal_to_recomputation(store: Store, frame: pl.DataFrame) -> None:
    have, want = stored(store), recomputed(frame)
    assert have.select(KEY).rows() == want.select(KEY).rows()
    for name in SUMS:
        assert have[name].to_list() == want[name].to_list(), name
    assert have["CostUsd"].to_list() == want["CostUsd"].to_list()
    for name in HISTS:
        got = [as_map(cell) for cell in have[name].to_list()]
        assert got == [buckets_of(v) for v in want[f"{name}Values"].to_list()], name


@pytest.fixture
def job(store: Store) -> RollupJob:
    return RollupJob(store, JobsSettings())


def test_equals_a_plain_recomputation(store: Store, job: RollupJob) -> None:
    frame = spans(600, seed=1, version=1_000)
    store.insert("span_facts", frame)
    assert job.run() > 0
    assert_equal_to_recomputation(store, frame)


def test_a_second_pass_finds_nothing_to_do(store: Store, job: RollupJob) -> None:
    store.insert("span_facts", spans(50, seed=2, version=1_000))
    job.run()
    before = stored(store)
    assert job.run() == 0
    assert stored(store).equals(before)


def test_late_spans_and_rewritten_traces_are_recomputed(store: Store, job: RollupJob) -> None:
    first = spans(200, seed=3, version=1_000)
    store.insert("span_facts", first)
    job.run()
    # The trace is assembled again: a late parent gave its spans another agent.
    again = first.with_columns(Agent=pl.lit("reviewer"), Version=pl.lit(2_000, pl.UInt64))
    late = spans(60, seed=4, version=2_000, start=DAY - timedelta(hours=30))
    store.insert("span_facts", pl.concat([again, late]))
    assert job.run() > 0
    assert_equal_to_recomputation(store, pl.concat([first, again, late]))
    gone = store.rows("SELECT count() AS n FROM step_rollup_5m FINAL WHERE Calls = 0")
    assert gone[0]["n"] > 0


def test_a_version_that_was_still_being_written_is_seen(store: Store, job: RollupJob) -> None:
    frame = spans(100, seed=5, version=1_000)
    store.insert("span_facts", frame.head(40))
    job.run()
    store.insert("span_facts", frame.tail(60))
    assert job.run() > 0
    assert_equal_to_recomputation(store, frame)


def test_an_older_version_that_is_still_written_is_seen(store: Store, job: RollupJob) -> None:
    # Two writers: the pass that began first ends last. Versions are nanoseconds since 1970.
    first = time.time_ns()
    slow, quick = spans(60, seed=8, version=first), spans(60, seed=9, version=first + 20 * 10**9)
    store.insert("span_facts", quick)
    job.run()
    store.insert("span_facts", slow)
    job.run()
    assert_equal_to_recomputation(store, pl.concat([slow, quick]))


def test_a_pass_that_was_cut_short_is_repeated(store: Store) -> None:
    frame = pl.concat([spans(30, 10, 1_000), spans(30, 11, 1_000, DAY - timedelta(hours=30))])
    store.insert("span_facts", frame)
    asked = iter([False, True])
    assert RollupJob(store, JobsSettings(), lambda: next(asked)).run() == 0
    assert RollupJob(store, JobsSettings()).run() > 0
    assert_equal_to_recomputation(store, frame)


def test_a_restart_goes_on_from_the_watermark(store: Store, job: RollupJob) -> None:
    old = spans(40, seed=6, version=1_000)
    store.insert("span_facts", old)
    job.run()
    new = spans(40, seed=7, version=10**9)
    store.insert("span_facts", new)
    RollupJob(store, JobsSettings()).run()
    assert_equal_to_recomputation(store, pl.concat([old, new]))


def test_request_rows_follow_traces_that_grow_and_move(store: Store, job: RollupJob) -> None:
    def trace(version: int, seconds: int, deleted: int = 0, start: datetime = DAY) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "Project": "default", "TraceId": "a" * 32, "Service": "api",
                "Start": [start], "DurationNs": seconds * 10**9, "InputTokens": 70,
                "ModelCalls": 2, "IsError": True, "CostUsd": [Decimal("0.5")],
                "Version": version, "IsDeleted": deleted,
            },
            schema_overrides={"Start": pl.Datetime("ns", "UTC"), "CostUsd": pl.Decimal(18, 9)},
        )  # fmt: skip

    store.insert("traces", trace(1_000, 10))
    job.run()
    # An earlier first span came late: the trace moves an hour ahead.
    store.insert("traces", trace(2_000, 0, deleted=1))
    store.insert("traces", trace(2_000, 20, start=DAY - timedelta(hours=1)))
    job.run()
    rows = store.rows(
        "SELECT toUnixTimestamp(Bucket) AS b, Calls, Errors, ModelCalls, InputTokens, DurationNs,"
        " CostUsd, DurationHist FROM step_rollup_5m FINAL WHERE Kind = 'request' AND Calls > 0"
    )
    assert len(rows) == 1
    (row,) = rows
    assert row["b"] == int((DAY - timedelta(hours=1)).timestamp())
    assert (row["Calls"], row["Errors"], row["ModelCalls"]) == (1, 1, 2)
    assert (row["InputTokens"], row["DurationNs"]) == (70, 20 * 10**9)
    assert row["CostUsd"] == Decimal("0.5")
    assert as_map(row["DurationHist"]) == buckets_of([20e9])
