"""Reading a trace on the real engine, in every state it can be in."""

from __future__ import annotations

import asyncio
from typing import Any

import polars as pl
from dash import no_update
from ui_trace_runs import many_roots, support_run
from ui_trace_seed import facts, raw, seed_assembled, seed_raw, seed_trace, span_id

from longpole.core.store import Store
from longpole.ui import projects, queries
from longpole.ui.pages import trace as page
from longpole.ui.trace.queries import Trace, Waiting, read_span, read_trace


def read(store: Store, trace_id: str) -> Trace | Waiting | None:
    with queries.reading(store):
        return asyncio.run(read_trace(trace_id))


def show(store: Store, trace_id: str, shown: str | None = None) -> Any:  # noqa: ANN401
    with queries.reading(store):
        return asyncio.run(page.show_trace(trace_id, 1, shown))


def found(store: Store, trace_id: str) -> Trace:
    trace = read(store, trace_id)
    assert isinstance(trace, Trace)
    return trace


def test_an_assembled_trace_comes_with_its_path(traces_store: Store, trace_id: str) -> None:
    seed_trace(traces_store, trace_id, support_run())
    seed_trace(traces_store, "b" * 32, many_roots())
    trace = found(traces_store, trace_id)
    assert trace.head["RootName"] == "answer ticket"
    assert trace.spans.height == 12
    assert int((trace.sections["EndNs"] - trace.sections["StartNs"]).sum()) == 11_400_000_000


def test_the_newest_version_of_a_trace_holds(traces_store: Store, trace_id: str) -> None:
    spans = facts(trace_id, support_run())
    seed_assembled(traces_store, trace_id, spans.head(5), version=1)
    seed_assembled(traces_store, trace_id, spans, version=2)
    trace = found(traces_store, trace_id)
    assert trace.head["Version"] == 2 and trace.spans.height == 12
    assert trace.sections["RootSpanId"].unique().to_list() == [span_id(1)]


def test_a_trace_whose_raw_spans_expired_is_still_read(traces_store: Store, trace_id: str) -> None:
    seed_assembled(traces_store, trace_id, facts(trace_id, support_run()))
    assert found(traces_store, trace_id).sections.height > 0


def test_every_root_has_its_sections(traces_store: Store, trace_id: str) -> None:
    seed_trace(traces_store, trace_id, many_roots())
    roots = set(found(traces_store, trace_id).sections["RootSpanId"])
    assert roots == {span_id(1), span_id(3), span_id(5)}


def test_more_roots_than_can_be_named_are_found_by_time(traces_store: Store, trace_id: str) -> None:
    spans = facts(trace_id, support_run()).with_columns(
        pl.format("orphan {}", pl.int_range(pl.len())).alias("Name"), ParentSpanId=pl.lit("gone")
    )
    many = pl.concat(
        [spans.with_columns(SpanId=pl.format("{}{}", "SpanId", pl.lit(n))) for n in range(10)]
    ).with_columns(pl.format("root {}", pl.int_range(pl.len())).alias("Name"))
    seed_assembled(traces_store, trace_id, many)
    assert found(traces_store, trace_id).sections["RootSpanId"].n_unique() == 120


def test_raw_spans_alone_are_waiting(traces_store: Store, trace_id: str) -> None:
    seed_raw(traces_store, trace_id, support_run())
    state = read(traces_store, trace_id)
    assert isinstance(state, Waiting) and state.spans == 12
    summary, columns, again = show(traces_store, trace_id)
    assert "Still being assembled" in str(summary) and columns is None and again == 2


def test_nothing_is_not_found(traces_store: Store, trace_id: str) -> None:
    summary, columns, again = show(traces_store, "9" * 32)
    assert "No such trace" in str(summary) and columns is None and again == 2


def test_another_project_sees_nothing(traces_store: Store, trace_id: str) -> None:
    other = pl.lit("other").alias("Project")
    traces_store.insert("otel_traces", raw(trace_id, support_run()).with_columns(other))
    spans = facts(trace_id, support_run()).with_columns(other)
    seed_assembled(traces_store, trace_id, spans, Project="other")
    with projects.bound("default"):
        assert read(traces_store, trace_id) is None
    with projects.bound("other"):
        assert read(traces_store, trace_id) is not None


def test_a_finished_trace_is_not_asked_for_again(traces_store: Store, trace_id: str) -> None:
    seed_trace(traces_store, trace_id, support_run())
    _, columns, again = show(traces_store, trace_id)
    assert again is None and columns["version"] == "1"


def test_what_is_on_the_screen_is_not_sent_twice(traces_store: Store, trace_id: str) -> None:
    seed_trace(traces_store, trace_id, support_run())
    assert show(traces_store, trace_id, shown="1") == (no_update, no_update, None)
    assert show(traces_store, trace_id, shown="0")[1]["version"] == "1"


def test_a_failing_store_says_what_failed(empty_store: Store, trace_id: str) -> None:
    summary, _, again = show(empty_store, trace_id)  # has no tables
    assert "could not be read" in str(summary) and again == 2


def test_a_span_of_bytes_that_are_no_text_is_shown(traces_store: Store, trace_id: str) -> None:
    traces_store.command(
        "INSERT INTO otel_traces (Timestamp, TraceId, SpanId, SpanName, StatusMessage, "
        "SpanAttributes, ResourceAttributes, `Events.Timestamp`, `Events.Name`, "
        "`Events.Attributes`, `Links.TraceId`, `Links.SpanId`, `Links.TraceState`, "
        "`Links.Attributes`) SELECT now64(9), {trace:String}, 'ab', "
        r"'n\xff', '\xff', map('k\xff', 'v\xff'), map('r', '\xff'), [now64(9)], ['e\xff'], "
        r"[map('k', '\xff')], ['t\xff'], ['s\xff'], [''], [map()]",
        {"trace": trace_id},
    )
    with queries.reading(traces_store):
        span = asyncio.run(read_span(trace_id, "ab"))
    assert span and span.raw
    assert (span.raw["SpanName"], span.raw["EventNames"]) == ("n\ufffd", ["e\ufffd"])
    assert (span.raw["SpanKeys"], span.raw["SpanValues"]) == (["k\ufffd"], ["v\ufffd"])
