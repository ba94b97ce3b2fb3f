"""What the finders see in the traces of files."""

from __future__ import annotations

import secrets
from typing import Any

import polars as pl

from longpole.analytics.finders import FinderLimits, Window, find_all
from longpole.analytics.jobs.find import said_in
from longpole.core.prices import load_prices
from longpole.core.settings import Settings
from longpole.core.store import Store, load_sql

Row = dict[str, Any]
ALL_TIME = {"from_ns": 0, "to_ns": 2**63 - 1}
# In files one request may be all there is. Less money than this a request is not worth a line.
LEAST_USD = 1e-6


def find_in(store: Store, settings: Settings) -> list[Row]:
    """Findings in an assembled store, the largest saving of time first.

    Each has finder, title, reason, look, ms_a_request and usd_a_request (saved at most, mean of
    the requests that show it), requests, of_requests (all to the same root), example_traces, and
    ms_a_day and usd_a_day, null when the traces are of less than an hour. Of more spans than
    jobs.find_spans a fair sample of traces is read.
    """
    held = store.rows(load_sql("jobs/find_count"), ALL_TIME)[0]
    share = min(1.0, settings.jobs.find_spans / max(int(held["Spans"]), 1))
    spans = store.frame(load_sql("jobs/find_spans"), {**ALL_TIME, "share": share})
    if spans.is_empty():
        return []
    window = _window(spans, int(held["FirstNs"]), share)
    limits = FinderLimits(traces=1, trace_share=0.0, usd_per_day=LEAST_USD * window.per_day)
    said = said_in(store, spans, ALL_TIME, secrets.token_bytes(32))
    found = find_all(spans, said, load_prices(settings), window, limits)
    return [_row(row, window) for row in found.iter_rows(named=True)]


def _window(spans: pl.DataFrame, first_ns: int, share: float) -> Window:
    last_ns = spans.select((pl.col("Start").dt.epoch("ns") + pl.col("DurationNs")).max()).item()
    return Window(last_ns // 1_000_000, (last_ns - first_ns) / 1e9, share)


def _row(row: Row, window: Window) -> Row:
    usd = row["SizeUsdPerDay"] / window.per_day / row["AffectedTraces"]
    a_day = window.tells_days
    return {
        "finder": row["Detector"], "title": row["Title"], "reason": row["Reason"],
        "look": row["SuggestedLook"], "ms_a_request": row["SizeMs"], "usd_a_request": usd,
        "requests": row["AffectedTraces"], "of_requests": row["BaselineSamples"],
        "ms_a_day": row["Attribution"]["ms_per_day"] if a_day else None,
        "usd_a_day": row["SizeUsdPerDay"] if a_day else None,
        "example_traces": row["ExampleTraces"],
    }  # fmt: skip
