"""The assembly job on the real engine: what arrives in any order ends as one right row a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest

from longpole.analytics.assembly import Prices
from longpole.analytics.jobs.assemble import MAX_TRACES, AssembleJob
from longpole.core.settings import JobsSettings, Settings
from longpole.core.store import Store, load_sql

SpansOf = Callable[..., pl.DataFrame]
Send = Callable[..., None]


@pytest.fixture
def send(store: Store, spans_of: SpansOf) -> Send:
    """Insert spans as ingest does: rows of spans, then the arrival of each trace."""
    batch = iter(range(1000))

    def insert(*rows: dict[str, Any], frame: pl.DataFrame | None = None) -> None:
        arrived = datetime.now(UTC) + timedelta(milliseconds=next(batch))
        spans = (spans_of(*rows) if frame is None else frame).with_columns(
            IngestedAt=pl.lit(arrived).cast(pl.Datetime("ms", "UTC"))
        )
        store.insert("spans", spans)
        arrivals = spans.group_by("Project", "IngestedAt", "TraceId").agg(
            MinStart=pl.col("Start").min(), MaxStart=pl.col("Start").max(), Spans=pl.len()
        )
        store.insert("trace_arrivals", arrivals)

    return insert


@pytest.fixture
def job(store: Store, prices: Prices) -> AssembleJob:
    return AssembleJob(store, Settings(), prices, rest_ns_a_span=0)


def live(store: Store, table: str = "traces", columns: str = "*") -> list[dict[str, Any]]:
    return store.rows(f"SELECT {columns} FROM {table} FINAL ORDER BY TraceId, Start")


def test_the_ids_of_a_full_pass_fit_one_query(store: Store) -> None:
    ids = [f"{number:032x}" for number in range(MAX_TRACES)]
    assert store.rows(load_sql("jobs/assemble_ranges"), {"ids": ids}) == []


def test_no_arrivals_no_work(job: AssembleJob) -> None:
    assert job.run() == 0


def test_a_trace_gets_its_rows_once(job: AssembleJob, send: Send, store: Store) -> None:
    send({"id": "a", "lasts": 100}, {"id": "b", "parent": "a", "at": 10, "kind": "llm", "input": 5})
    assert job.run() == 1
    assert job.run() == 0
    row = live(store)[0]
    assert (row["Spans"], row["InputTokens"], row["RawSpans"]) == (2, 5, 2)
    assert len(live(store, "span_facts")) == 2
    path = store.rows("SELECT Sections.SpanId AS ids FROM path_sections FINAL")
    assert path == [{"ids": ["b", "a"]}]


def test_a_restarted_job_leaves_finished_traces_alone(
    job: AssembleJob, send: Send, store: Store, prices: Prices
) -> None:
    send({"id": "a"})
    job.run()
    before = live(store)
    assert AssembleJob(store, Settings(), prices).run() == 0
    assert live(store) == before


def test_late_spans_complete_the_trace(job: AssembleJob, send: Send, store: Store) -> None:
    send({"id": "a", "lasts": 100})
    job.run()
    send({"id": "b", "parent": "a", "kind": "llm", "input": 7, "lasts": 50})
    assert job.run() == 1
    rows = live(store)
    assert [(row["Spans"], row["InputTokens"]) for row in rows] == [(2, 7)]
    assert len(store.rows("SELECT * FROM path_sections FINAL")) == 1


def test_resent_spans_change_nothing_but_the_flag(
    job: AssembleJob, send: Send, store: Store
) -> None:
    span = {"id": "a", "kind": "llm", "input": 7}
    send(span)
    job.run()
    send(span)
    job.run()
    row = live(store)[0]
    assert (row["Spans"], row["InputTokens"]) == (1, 7)
    assert store.rows("SELECT count() AS n FROM span_facts FINAL") == [{"n": 1}]


def test_a_root_after_its_children_moves_the_trace(
    job: AssembleJob, send: Send, store: Store
) -> None:
    send({"id": "b", "parent": "a", "at": 10, "lasts": 20, "Name": "child"})
    job.run()
    assert [row["RootName"] for row in live(store)] == ["child"]
    assert live(store)[0]["Flags"] == ["incomplete"]
    send({"id": "a", "at": 0, "lasts": 100, "Name": "root"})
    job.run()
    rows = live(store)
    assert [(row["RootName"], row["Spans"], row["Flags"]) for row in rows] == [("root", 2, [])]
    paths = store.rows("SELECT RootName, RootSpanId FROM path_sections FINAL")
    assert paths == [{"RootName": "root", "RootSpanId": "a"}]


def test_spans_that_become_visible_after_their_arrival(
    job: AssembleJob, send: Send, store: Store, spans_of: SpansOf, prices: Prices
) -> None:
    send({"id": "a", "lasts": 100})
    job.run()
    arrived = live(store)[0]["LastIngestedAt"]
    store.insert("spans", spans_of({"id": "b", "parent": "a", "IngestedAt": arrived}))
    looks_again = AssembleJob(store, Settings(), prices)
    assert looks_again.run() == 1
    assert live(store)[0]["Spans"] == 2


def test_a_clock_that_was_set_back_hides_nothing(
    job: AssembleJob, store: Store, spans_of: SpansOf, prices: Prices
) -> None:
    def arrive(trace: str, ahead_s: int) -> None:
        at = datetime.now(UTC) + timedelta(seconds=ahead_s)
        row = {"id": trace, "TraceId": trace, "IngestedAt": at}
        store.insert("spans", spans_of(row))
        arrival = {"Project": "default", "IngestedAt": at, "TraceId": trace, "Spans": 1}
        times = store.frame(
            "SELECT Start AS MinStart, Start AS MaxStart FROM spans WHERE TraceId = {t:String}",
            {"t": trace},
        )
        store.insert("trace_arrivals", pl.DataFrame([arrival]).hstack(times))

    def traces() -> set[str]:
        return {row["TraceId"] for row in live(store)}

    arrive("ahead", 3 * 3600)
    job.run()
    assert traces() == {"ahead"}
    arrive("after", 0)
    job.run()
    assert traces() == {"ahead", "after"}, "arrived after the clock was set right"
    job._state.set("mark_ms", str((int(datetime.now(UTC).timestamp()) + 7200) * 1000))
    arrive("restarted", 0)
    AssembleJob(store, Settings(), prices).run()
    assert traces() == {"ahead", "after", "restarted"}


class CrashError(Exception):
    pass


@pytest.mark.parametrize("table", ["path_sections", "traces", "job_state"])
def test_a_pass_that_is_cut_short_is_repeated(
    job: AssembleJob, send: Send, store: Store, prices: Prices, table: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    send({"id": "b", "parent": "a", "at": 10, "kind": "llm", "input": 7, "Name": "child"})
    job.run()
    send({"id": "a", "Name": "root"})
    insert = store.insert

    def crash(into: str, frame: pl.DataFrame) -> None:
        if into == table:
            raise CrashError
        insert(into, frame)

    monkeypatch.setattr(store, "insert", crash)
    with pytest.raises(CrashError):
        job.run()
    monkeypatch.undo()
    again = AssembleJob(store, Settings(), prices)
    again.run()
    assert [(row["RootName"], row["InputTokens"]) for row in live(store)] == [("root", 7)]
    assert len(store.rows("SELECT * FROM path_sections FINAL")) == 1
    assert len(live(store, "span_facts")) == 2


def test_a_backlog_is_worked_off_in_bounded_passes(
    send: Send, store: Store, prices: Prices
) -> None:
    job = AssembleJob(
        store, Settings(jobs=JobsSettings(assemble_spans=1000)), prices, rest_ns_a_span=0
    )
    for part in range(3):
        send(*({"id": f"{i:03}", "trace": f"{part}-{i // 100}"} for i in range(900)))
    passes = []
    while done := job.run():
        passes.append(done)
    assert passes == [10, 10, 7]
    assert len(live(store)) == 27


def test_traces_at_the_ends_of_time(
    job: AssembleJob, send: Send, store: Store, spans_of: SpansOf
) -> None:
    starts = [datetime(1970, 1, 1), datetime(2100, 1, 1), datetime(2026, 3, 1)]
    spans = spans_of(*({"id": "a", "trace": name} for name in ("old", "new", "now")))
    times = pl.Series(starts).dt.replace_time_zone("UTC").cast(pl.Datetime("ns", "UTC"))
    send(frame=spans.with_columns(Start=times))
    assert job.run() == 3
    found = {row["TraceId"]: (row["Start"].year, row["Flags"]) for row in live(store)}
    assert found == {"old": (1970, ["clock"]), "new": (2100, ["clock"]), "now": (2026, [])}


def test_late_spans_of_a_trace_from_1970(job: AssembleJob, send: Send, store: Store) -> None:
    years = -56.16 * 365.25 * 86_400_000
    send({"id": "a", "at": years}, {"id": "x", "trace": "u"})
    assert job.run() == 2
    send({"id": "b", "parent": "a", "at": years + 5}, {"id": "y", "trace": "u", "parent": "x"})
    assert job.run() == 2
    assert [row["Spans"] for row in live(store)] == [2, 2]


def test_a_trace_of_50_000_spans(job: AssembleJob, send: Send, store: Store) -> None:
    send(*({"id": f"{i + 1:016x}", "parent": f"{i:016x}" if i else ""} for i in range(50_000)))
    assert job.run() == 1
    assert live(store)[0]["Spans"] == 50_000
    deepest = store.rows("SELECT max(Depth) AS depth FROM span_facts FINAL")
    assert deepest == [{"depth": 49_999}]


def test_a_trace_that_grows_all_the_time_rests_between_passes(
    send: Send, store: Store, prices: Prices
) -> None:
    job = AssembleJob(store, Settings(), prices, rest_ns_a_span=10**12)
    send({"id": "a"}, {"id": "x", "trace": "u"})
    assert job.run() == 2
    send({"id": "b", "parent": "a"}, {"id": "y", "trace": "v"})
    assert job.run() == 1
    assert [row["Spans"] for row in live(store)] == [1, 1, 1]
    restarted = AssembleJob(store, Settings(), prices)
    assert restarted.run() == 1
    assert [row["Spans"] for row in live(store)] == [2, 1, 1]


def test_a_trace_beyond_the_limit_is_cut_and_left_alone(
    send: Send, store: Store, prices: Prices
) -> None:
    settings = Settings(jobs=JobsSettings(max_trace_spans=1000, assemble_spans=1000))
    send(*({"id": f"{i:04}", "at": i} for i in range(3000)))
    assert AssembleJob(store, settings, prices).run() == 1
    row = live(store)[0]
    assert (row["Spans"], row["RawSpans"], row["Flags"]) == (1000, 3000, ["truncated"])
    assert AssembleJob(store, settings, prices).run() == 0


def test_projects_with_the_same_trace_id(job: AssembleJob, send: Send, store: Store) -> None:
    send({"id": "a", "Project": "p"}, {"id": "a", "Project": "q"})
    assert job.run() == 2
    send({"id": "b", "parent": "a", "Project": "q"})
    assert job.run() == 1
    rows = store.rows("SELECT Project, Spans FROM traces FINAL ORDER BY Project")
    assert rows == [{"Project": "p", "Spans": 1}, {"Project": "q", "Spans": 2}]


CLAIMING: list[dict[str, Any]] = [
    {"id": "a", "kind": "agent", "input": 12, "lasts": 900, "at": -5},
    {"id": "b", "parent": "a", "kind": "chain", "input": 12},
    {"id": "c", "parent": "b", "kind": "llm", "input": 5, "Dialect": "x"},
    {"id": "d", "parent": "c", "kind": "llm", "input": 5, "Dialect": "y"},
    {"id": "e", "parent": "a", "kind": "llm", "input": 7, "Dialect": "x"},
    {"id": "f", "parent": "a", "kind": "llm", "input": 7, "Dialect": "y"},
]


@pytest.mark.parametrize("seed", range(5))
def test_a_trace_in_several_requests_ends_as_in_one(
    job: AssembleJob, send: Send, store: Store, prices: Prices, seed: int
) -> None:
    random = Random(seed)
    spans = [*CLAIMING, *random.choices(CLAIMING, k=2)]
    random.shuffle(spans)
    while spans:
        some = random.randint(1, 3)
        send(*spans[:some])
        job.run()
        del spans[:some]
    send(*({**span, "trace": "u"} for span in CLAIMING))
    job.run()
    ignored = {"TraceId", "Version", "RawSpans", "LastIngestedAt", "Flags", "RootName"}
    for table, rows in (("traces", 1), ("usage_claims", 4), ("span_facts", 6)):
        order = "Start" if table == "traces" else "SpanId"
        found = [
            {name: value for name, value in row.items() if name not in ignored}
            for row in store.rows(f"SELECT * FROM {table} FINAL ORDER BY TraceId, Start, {order}")
        ]
        assert len(found) == 2 * rows
        assert found[:rows] == found[rows:]
    assert live(store)[0]["InputTokens"] == 12


def test_a_claim_that_is_made_no_more_goes(job: AssembleJob, send: Send, store: Store) -> None:
    send({"id": "b", "parent": "a", "kind": "agent", "input": 9})
    job.run()
    assert [row["Verdict"] for row in live(store, "usage_claims")] == ["only"]
    later = {"id": "b", "parent": "a", "kind": "llm", "input": 9, "lasts": 200}
    send(later)
    job.run()
    assert live(store, "usage_claims") == []
