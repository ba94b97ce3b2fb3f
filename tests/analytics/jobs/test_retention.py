"""Removal of what is too old, on the real engine: the right rows, and no others."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from longpole.analytics.jobs.retention import TABLES, RetentionJob
from longpole.core.access import set_project
from longpole.core.errors import StoreError
from longpole.core.settings import JobsSettings
from longpole.core.store import Store

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
NANOSECONDS = pl.Datetime("ns", "UTC")
BY_START = ("span_facts", "traces", "path_sections")
LOGS = """
CREATE TABLE IF NOT EXISTS {name} (Project LowCardinality(String), {time} DateTime64(9))
ENGINE = MergeTree PARTITION BY toDate({time}) ORDER BY {time}
"""


def put(store: Store, project: str, *days_ago: float, trace: str = "") -> None:
    """Rows of these ages in every table; raw spans reach `spans` through the views."""
    times = pl.Series([NOW - timedelta(days=days) for days in days_ago], dtype=NANOSECONDS)
    ids = [trace or f"{project}{days}" for days in days_ago]
    base = pl.DataFrame({"TraceId": ids}).with_columns(Project=pl.lit(project))
    raw = base.with_columns(Timestamp=times, SpanId=pl.lit("a"), ServiceName=pl.lit("api"))
    store.insert("otel_traces", raw)
    for table in BY_START:
        store.insert(table, base.with_columns(Start=times))
    bucket = times.dt.epoch("s").cast(pl.UInt32)
    for table in ("step_rollup_5m", "metric_rollup_5m"):
        store.insert(table, base.select("Project", Bucket=bucket))
    said = base.with_columns(Timestamp=times, Id=pl.Series(range(len(ids)), dtype=pl.UInt64))
    store.insert("log_facts", said)


def ages(store: Store, table: str, time: str) -> dict[str, list[int]]:
    """Project -> whole days of age of its rows, as dates differ."""
    rows = store.rows(
        f"SELECT toString(Project) AS p, dateDiff('day', toDate({time}), toDate('2026-03-10')) AS d"
        f" FROM {table} ORDER BY p, d"
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["p"], []).append(row["d"])
    return found


TIMES = {
    "otel_traces": "Timestamp", "spans": "Start", "log_facts": "Timestamp",
    "step_rollup_5m": "Bucket", "metric_rollup_5m": "Bucket",
    **dict.fromkeys(BY_START, "Start"),
}  # fmt: skip


def everywhere(store: Store) -> dict[str, list[int]]:
    """What is in every table alike."""
    found = {table: ages(store, table, time) for table, time in TIMES.items()}
    first = found["otel_traces"]
    assert found == dict.fromkeys(TIMES, first)
    return first


@pytest.fixture
def job(store: Store) -> RetentionJob:
    return RetentionJob(store, JobsSettings(), now_s=NOW.timestamp)


def test_each_project_loses_what_is_older_than_it_keeps(store: Store, job: RetentionJob) -> None:
    for project in ("week", "month", "ever", "it's"):
        put(store, project, 0, 6, 7, 8, 30, 31, 400)
    set_project(store, "week", retention_days=7)
    set_project(store, "month", retention_days=30)
    assert job.run() > 0
    ever = [0, 6, 7, 8, 30, 31, 400]
    assert everywhere(store) == {
        "week": [0, 6, 7],
        "month": [0, 6, 7, 8, 30],
        "ever": ever,
        "it's": ever,
    }
    assert job.run() == 0, "nothing is left to do"


def test_without_retention_nothing_goes(store: Store, job: RetentionJob) -> None:
    put(store, "ever", 4000)
    set_project(store, "ever", spans_per_s=5)
    assert job.run() == 0
    assert everywhere(store) == {"ever": [4000]}


def test_a_day_that_nobody_keeps_is_dropped_and_a_shared_one_is_not(
    store: Store, job: RetentionJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "week", 8)
    put(store, "month", 31)
    put(store, "week", 9)
    put(store, "ever", 9)
    set_project(store, "week", retention_days=7)
    set_project(store, "month", retention_days=30)
    store.command("OPTIMIZE TABLE spans FINAL")
    dropped: list[str] = []
    rewritten: list[str] = []
    command = store.command

    def listen(sql: str, parameters: dict[str, object] | None = None) -> None:
        if parameters and parameters.get("table") == "spans":
            dropped.extend(str(parameters[name])[:8] for name in ("part",) if name in parameters)
            rewritten.extend(str(parameters[name]) for name in ("partition",) if name in parameters)
        command(sql, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(store, "command", listen)
        job.run()
    assert dropped == ["20260207", "20260302"] and rewritten == ["20260301"]
    days = "SELECT DISTINCT partition_id AS p FROM system.parts WHERE active AND table = 'spans'"
    mine = f"{days} AND database = currentDatabase() AND rows > 0"
    assert store.rows(mine) == [{"p": "20260301"}]


def test_trace_ids_go_with_the_last_span_of_the_day(store: Store, job: RetentionJob) -> None:
    put(store, "week", 9, trace="shared")
    put(store, "ever", 9, trace="shared")
    put(store, "week", 9, trace="own")
    put(store, "week", 12, trace="old")
    put(store, "week", 1, trace="new")
    set_project(store, "week", retention_days=7)
    job.run()
    ids = store.rows("SELECT DISTINCT TraceId AS t FROM otel_traces_trace_id_ts ORDER BY t")
    assert [row["t"] for row in ids] == ["new", "shared"]


def test_a_pass_that_was_cut_short_is_made_good(
    store: Store, job: RetentionJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "week", 9)
    set_project(store, "week", retention_days=7)
    command = store.command

    def crash(sql: str, parameters: dict[str, object] | None = None) -> None:
        if (parameters or {}).get("table") == "otel_traces_trace_id_ts":
            raise StoreError("killed")
        command(sql, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(store, "command", crash)
        with pytest.raises(StoreError):
            job.run()
    assert everywhere(store) == {}
    RetentionJob(store, JobsSettings(), now_s=NOW.timestamp).run()
    assert store.rows("SELECT * FROM otel_traces_trace_id_ts") == []


def test_a_part_that_is_merged_meanwhile_is_found_by_the_next_pass(
    store: Store, job: RetentionJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "week", 9)
    put(store, "week", 9.1)
    set_project(store, "week", retention_days=7)
    frame = store.frame

    def then_merge(sql: str, parameters: dict[str, object], **more: object) -> pl.DataFrame:
        found = frame(sql, parameters, **more)
        if parameters.get("table") == "traces":
            store.command("OPTIMIZE TABLE traces FINAL")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(store, "frame", lambda sql, p=None, **s: then_merge(sql, p or {}, **s))
        assert job.run() > 0
    assert ages(store, "traces", "Start") == {"week": [9, 9]}
    assert job.run() == 2
    assert everywhere(store) == {}


def test_a_stop_ends_the_pass_between_tables(store: Store) -> None:
    put(store, "week", 9)
    set_project(store, "week", retention_days=7)
    assert RetentionJob(store, JobsSettings(), lambda: True, NOW.timestamp).run() == 0
    assert everywhere(store) == {"week": [9]}


def test_logs_and_metrics_are_cleaned_where_they_exist(store: Store, job: RetentionJob) -> None:
    tables = {"otel_logs": "Timestamp", "otel_metrics_gauge": "TimeUnix"}
    for name, time in tables.items():
        store.command(LOGS.format(name=name, time=time))
        for project in ("week", "ever"):
            at = pl.Series([NOW - timedelta(days=9)], dtype=NANOSECONDS)
            store.insert(name, pl.DataFrame({"Project": [project], time: at}))
    set_project(store, "week", retention_days=7)
    assert job.run() == 2
    assert [ages(store, name, time) for name, time in tables.items()] == [{"ever": [9]}] * 2


def test_many_projects_fit_the_statements(store: Store, job: RetentionJob) -> None:
    names = [f"{number:064}" for number in range(2_500)]
    frame = pl.DataFrame({"Project": names, "RetentionDays": [7] * len(names)})
    store.insert("projects", frame.cast({"RetentionDays": pl.UInt32}))
    for name in (names[0], names[-1]):
        put(store, name, 9)
    assert job.run() > 0
    assert everywhere(store) == {}


def test_says_in_one_line_what_went(
    store: Store, job: RetentionJob, caplog: pytest.LogCaptureFixture
) -> None:
    put(store, "week", 9)
    set_project(store, "week", retention_days=7)
    with caplog.at_level(logging.INFO):
        job.run()
    (line,) = [record.getMessage() for record in caplog.records if "removed" in record.message]
    assert "1 from otel_traces" in line and "1 from step_rollup_5m" in line and "\n" not in line


def test_every_table_exists_or_is_to_come(store: Store) -> None:
    known = {row["name"] for row in store.rows("SHOW TABLES")}
    assert set(TABLES) - known <= {"otel_logs"}
