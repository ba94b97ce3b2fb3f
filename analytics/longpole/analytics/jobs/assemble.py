"""Keeps span_facts, path_sections, usage_claims and traces up to date with what arrives."""

from __future__ import annotations

import time

import polars as pl

from longpole.analytics.assembly import Assembled, Prices, assemble, fill_from_logs, warm_up
from longpole.analytics.assembly.pending import AGES_MS, TRACE, Pending, first_that_fit
from longpole.analytics.dataflow import (
    FLOW_KINDS,
    MADE,
    SAID,
    USED,
    said_in_messages,
    unread_traces,
    worth_reading,
)
from longpole.analytics.jobs.clock import put_back, store_now_ms
from longpole.analytics.jobs.state import JobState
from longpole.core.settings import Settings
from longpole.core.store import Store, load_sql

PATH = ["Project", "RootName", "Start", "TraceId", "RootSpanId"]
MAX_TRACES = 3_000  # ids of one query, 35 bytes each; a server refuses values beyond 128 KiB
MARGIN_NS = 3600 * 10**9
RECENT_NS = 24 * MARGIN_NS
# How far from the starts of its spans a trace's log records may lie.
LOG_MARGIN_NS = 24 * MARGIN_NS
REST_NS_A_SPAN = 200_000
# Spans, and log records, of a pass whose messages are read one by one.
MAX_MESSAGES = 4_000
QUERY_S = 300
RESTING = pl.Schema({"Project": pl.String(), "TraceId": pl.String(), "until_ns": pl.Int64()})


class AssembleJob:
    """Assembles traces that got spans; see the protocol Job.

    A pass that is cut short at any point is repeated: the row in `traces`, written last, says from
    how many raw spans and log records it was made, and a trace is left alone only while that still
    holds. Log records whose spans never come make no trace.
    A trace that was just assembled rests for `rest_ns_a_span` for each of its spans, so that a huge
    one that grows span by span takes a bounded share of the time.
    `ages_ms`: see analytics.assembly.pending.
    """

    name = "assemble"

    def __init__(
        self,
        store: Store,
        settings: Settings,
        prices: Prices,
        ages_ms: tuple[int, ...] = AGES_MS,
        rest_ns_a_span: int = REST_NS_A_SPAN,
    ) -> None:
        self.every_s = settings.jobs.assemble_every_s
        self._store = store
        self._settings = settings
        self._prices = prices
        self._state = JobState(store, self.name)
        self._pending = Pending(ages_ms)
        self._mark_ms = int(self._state.get("mark_ms") or 0)
        self._version = 0
        self._warm = False
        self._rest_ns_a_span = rest_ns_a_span
        self._resting = RESTING.to_frame()

    def run(self) -> int:
        """Assemble traces that got spans or log records; returns how many.

        At most jobs.assemble_spans spans a pass.

        Without any changed trace: 1 when some are still to be looked at, else 0. The first pass
        compiles, so that the first trace does not wait for it.
        """
        if not self._warm:
            warm_up(self._settings)
            self._warm = True
        now_ms = store_now_ms(self._store)
        self._mark_ms = put_back(self._mark_ms, now_ms, self.name)
        since_ms = self._pending.since_ms(self._mark_ms)
        arrivals = self._arrivals(since_ms)
        due = self._rested(self._pending.due(arrivals), since_ms)
        if due.is_empty():
            return 0
        traces = self._with_ranges(_by_trace(due).head(MAX_TRACES))
        changed, unchanged = self._changed(traces)
        chosen = first_that_fit(changed, "rows", self._settings.jobs.assemble_spans)
        if chosen.height:
            self._assemble(chosen)
        looked = pl.concat([unchanged.select(TRACE), chosen.select(TRACE)])
        self._pending.remember(due.join(looked, on=TRACE, how="semi"), since_ms)
        rest = due.join(looked, on=TRACE, how="anti")
        self._advance(arrivals, rest, now_ms)
        return chosen.height or int(rest.height > 0)

    def _rested(self, due: pl.DataFrame, since_ms: int) -> pl.DataFrame:
        """The due arrivals of traces that do not rest; the others stay due."""
        self._resting = self._resting.filter(pl.col("until_ns") > time.time_ns())
        waiting = due.join(self._resting, on=TRACE, how="semi")
        self._pending.remember(waiting.with_columns(ages=pl.lit(-1)), since_ms)
        return due.join(self._resting, on=TRACE, how="anti")

    def _rest(self, traces: pl.DataFrame) -> None:
        rest_ns = pl.col("RawSpans").cast(pl.Int64) * self._rest_ns_a_span
        resting = traces.select(*TRACE, until_ns=rest_ns + time.time_ns())
        self._resting = pl.concat([self._resting, resting])

    def _advance(self, arrivals: pl.DataFrame, rest: pl.DataFrame, now_ms: int) -> None:
        """Move the mark to just before the first arrival that is still to be looked at.

        It does not pass the store's clock. What is kept for a restart does not pass arrivals that
        wait for another look.
        """
        last = arrivals if rest.is_empty() else rest.select(pl.col("ArrivedMs").min() - 1)
        mark_ms = min(int(last["ArrivedMs"].max()), now_ms)  # type: ignore[arg-type]
        if mark_ms > self._mark_ms:
            self._mark_ms = mark_ms
            self._state.set("mark_ms", str(self._pending.waiting_ms(mark_ms)))

    def _arrivals(self, since_ms: int) -> pl.DataFrame:
        return self._store.frame(
            load_sql("jobs/assemble_arrivals"),
            {
                "since_ms": since_ms,
                "mark_ms": self._mark_ms,
                "limit": self._settings.jobs.assemble_spans,
            },
            max_execution_time=QUERY_S,
        )

    def _with_ranges(self, traces: pl.DataFrame) -> pl.DataFrame:
        """Add the time in which spans of each trace start, also of those that came before."""
        known = self._store.frame(
            load_sql("jobs/assemble_ranges"), {"ids": traces["TraceId"].unique().to_list()}
        )
        joined = traces.join(known, on="TraceId", how="left", maintain_order="left")
        # Null where only log records came: no span, no trace.
        first = pl.min_horizontal("FromNs", pl.col("FirstS") * 10**9)
        last = pl.max_horizontal("ToNs", (pl.col("LastS") + 1) * 10**9)
        recent = first > pl.col("ArrivedMs") * 10**6 - RECENT_NS
        return joined.with_columns(FromNs=first, ToNs=last, recent=recent)

    def _changed(self, traces: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Traces that are not what their row says, with the `rows` to read; and the others."""
        without_spans = traces.filter(pl.col("FromNs").is_null())
        traces = traces.filter(pl.col("FromNs").is_not_null())
        if traces.is_empty():
            return traces.with_columns(rows=0), without_spans
        counts = self._read("jobs/assemble_counts", traces)
        logs = self._read("jobs/assemble_log_counts", traces, LOG_MARGIN_NS)
        previous = self._read("jobs/assemble_previous", traces).with_columns(same=True)
        state = [*TRACE, "RawSpans", "LogFacts", "LastIngestedAt"]
        joined = (
            traces.join(counts, on=TRACE, how="left", maintain_order="left")
            .join(logs, on=TRACE, how="left", maintain_order="left")
            .with_columns(pl.col("LogFacts").fill_null(0).cast(pl.UInt64))
            .join(
                previous.select(*state, "same").unique(),
                on=state,
                how="left",
                maintain_order="left",
            )
        )
        is_changed = pl.col("RawSpans").is_not_null() & pl.col("same").is_null()
        rows = pl.min_horizontal("RawSpans", pl.lit(self._rows_a_trace))
        unchanged = [joined.filter(~is_changed), without_spans]
        return joined.filter(is_changed).with_columns(rows=rows), pl.concat(
            unchanged, how="diagonal"
        )

    def _assemble(self, traces: pl.DataFrame) -> None:
        spans = self._read("jobs/assemble_spans", traces, per_trace=self._rows_a_trace)
        if (traces["LogFacts"] > 0).any():
            logs = self._read(
                "jobs/assemble_log_facts", traces, LOG_MARGIN_NS, per_trace=self._rows_a_trace
            )
            spans = fill_from_logs(spans, logs)
        self._version = max(time.time_ns(), self._version + 1)
        said = self._said(spans, traces)
        done = assemble(spans, self._prices, self._settings, self._version, said)
        counted = traces.select(*TRACE, counted="RawSpans", logs="LogFacts")
        self._write(done, _as_counted(done.traces, counted), traces)
        self._rest(traces)

    def _said(self, spans: pl.DataFrame, traces: pl.DataFrame) -> pl.DataFrame | None:
        """What the spans of these traces made and used, where one may have used another's."""
        asked = traces.join(worth_reading(spans), on=TRACE, how="semi")
        limit = self._settings.jobs.flow_content_kib
        if asked.is_empty() or limit == 0:
            return None
        said = self._read(
            "jobs/assemble_said", asked,
            made=MADE, used=USED, kinds=list(FLOW_KINDS), bytes=limit * 1024,
        ).select(SAID.names())  # fmt: skip
        unread = asked.join(unread_traces(spans, said), on=TRACE, how="semi")
        if unread.is_empty():
            return said
        bounds = {"bytes": limit * 1024, "limit": MAX_MESSAGES}
        rows = self._read("jobs/flow_calls", unread, **bounds)
        logs = self._read("jobs/flow_logs", unread, **bounds)
        return pl.concat([said, said_in_messages(rows, logs)])

    def _write(self, done: Assembled, rows: pl.DataFrame, traces: pl.DataFrame) -> None:
        """Write facts, paths, claims, then traces; mark what now has another key as deleted."""
        old_paths = self._read("jobs/assemble_previous_paths", traces)
        old_claims = self._read("jobs/assemble_previous_claims", traces)
        old_rows = self._read("jobs/assemble_previous", traces)
        self._store.insert("span_facts", done.facts)
        self._store.insert(
            "path_sections", self._replacing(done.path_sections, old_paths.select(PATH))
        )
        self._store.insert("usage_claims", self._replacing(done.claims, old_claims))
        self._store.insert("traces", self._replacing(rows, old_rows.select(*TRACE, "Start")))

    def _replacing(self, rows: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
        gone = old.cast({"Start": rows.schema["Start"]}).join(rows, on=old.columns, how="anti")
        deleted = gone.with_columns(
            Version=pl.lit(self._version, pl.UInt64), IsDeleted=pl.lit(1, pl.UInt8)
        )
        return pl.concat([rows, deleted], how="diagonal")

    def _read(
        self, sql: str, traces: pl.DataFrame, margin_ns: int = MARGIN_NS, **parameters: object
    ) -> pl.DataFrame:
        """Run a query over these traces, for those of odd times apart, so that they prune."""
        found = [
            self._store.frame(
                load_sql(sql),
                {
                    "ids": part["TraceId"].unique().to_list(),
                    "from_ns": _bounded(part["FromNs"].min(), -margin_ns),
                    "to_ns": _bounded(part["ToNs"].max(), margin_ns),
                    **parameters,
                },
                max_execution_time=QUERY_S,
            )
            for part in traces.partition_by("recent")
        ]
        return pl.concat(found).join(traces, on=TRACE, how="semi")

    @property
    def _rows_a_trace(self) -> int:
        return self._settings.jobs.max_trace_spans + 1


def _by_trace(due: pl.DataFrame) -> pl.DataFrame:
    """One row a trace, in the order of its first due arrival."""
    return due.group_by(TRACE, maintain_order=True).agg(
        pl.col("Spans").sum(),
        pl.col("FromNs").min(),
        pl.col("ToNs").max(),
        pl.col("ArrivedMs").max(),
    )


def _as_counted(rows: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Say how many raw spans and logs there are; a very large trace was read in part."""
    joined = rows.join(counted, on=TRACE, how="left", maintain_order="left")
    cut = (pl.col("counted") > pl.col("RawSpans")) & ~pl.col("Flags").list.contains("truncated")
    more = pl.when(cut).then(pl.lit(["truncated"], pl.List(pl.String))).otherwise(pl.lit([]))
    return joined.with_columns(
        Flags=pl.col("Flags").list.concat(more),
        RawSpans=pl.col("counted"),
        LogFacts=pl.col("logs"),
    ).drop("counted", "logs")


def _bounded(ns: object, margin: int) -> int:
    assert isinstance(ns, int)
    return max(-(2**63) + 1, min(2**63 - 1, ns + margin))
