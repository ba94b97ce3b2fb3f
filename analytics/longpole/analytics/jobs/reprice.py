"""Prices history anew where somebody asked for it, a bounded number of traces at a time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from longpole.analytics.assembly.pending import first_that_fit
from longpole.core.errors import InputError
from longpole.core.prices import PriceBook, load_prices
from longpole.core.prices.repricing import (
    DONE,
    FAILED,
    RUNNING,
    Repricing,
    list_repricings,
    save_repricing,
)
from longpole.core.settings import Settings
from longpole.core.store import Store, load_sql

MAX_TRACES = 2_000  # ids of one query, 35 bytes each; a server refuses values beyond 128 KiB
MAX_SPANS = 50_000
BREATH_S = 0.05  # between chunks, so that trace assembly gets its turn
COSTS = (
    "CostUsd", "CostSource", "CostInputUsd", "CostOutputUsd", "ComputedCostUsd", "PriceSource",
)  # fmt: skip
TRACE = ["Project", "TraceId"]


class RepriceJob:
    """Works on the oldest open request; see the protocol Job.

    A chunk is written in the order history, spans, traces, place reached. Whatever is cut short
    is done again: spans that have their new cost already do not change, and totals follow from
    spans. It shares `turn` with trace assembly, as both write new versions of the same rows.
    """

    name = "reprice"
    every_s = 2.0

    def __init__(
        self,
        store: Store,
        settings: Settings,
        turn: threading.Lock | None = None,
        load: Callable[[Settings], PriceBook] = load_prices,
        max_traces: int = MAX_TRACES,
    ) -> None:
        self._store = store
        self._settings = settings
        self._turn = turn or threading.Lock()
        self._load = load
        self._max_traces = max_traces
        self._loaded: tuple[str, PriceBook] | None = None

    def run(self) -> int:
        """Price one chunk; returns 1 while a request is open, else 0."""
        asked = next((one for one in reversed(list_repricings(self._store)) if one.is_open), None)
        if asked is None:
            return 0
        try:
            prices = self._prices(asked)
        except InputError as error:
            save_repricing(self._store, replace(asked, state=FAILED, failure=str(error)))
            return 1
        time.sleep(BREATH_S)
        with self._turn:
            save_repricing(self._store, self._advance(replace(asked, state=RUNNING), prices))
        return 1

    def _prices(self, asked: Repricing) -> PriceBook:
        """The lists as they are when a request is begun, or gone on with after a restart."""
        if self._loaded is None or self._loaded[0] != asked.id:
            self._loaded = (asked.id, self._load(self._settings))
        return self._loaded[1]

    def _advance(self, asked: Repricing, prices: PriceBook) -> Repricing:
        """The request after the next chunk."""
        traces = self._next_traces(asked) if asked.day else pl.DataFrame()
        if traces.is_empty():
            place = {"project": asked.project, "since_ns": asked.since_ns, "day": asked.day}
            day = str(self._store.rows(load_sql("prices/next_day"), place)[0]["Day"])
            if not day:
                return replace(asked, state=DONE)
            return replace(asked, day=day, after_project="", after_ns=0, after_trace="")
        chunk = first_that_fit(traces, "Spans", MAX_SPANS)
        changed = self._reprice(asked, chunk, prices)
        last = chunk.row(-1, named=True)
        return replace(
            asked,
            after_project=last["Project"],
            after_ns=last["StartNs"],
            after_trace=last["TraceId"],
            traces=asked.traces + chunk.height,
            changed_spans=asked.changed_spans + changed.height,
            old_usd=asked.old_usd + _counted_usd(changed, "OldCostUsd"),
            new_usd=asked.new_usd + _counted_usd(changed, "CostUsd"),
        )

    def _next_traces(self, asked: Repricing) -> pl.DataFrame:
        place = {
            "project": asked.project, "since_ns": asked.since_ns, "day": asked.day,
            "after_project": asked.after_project, "after_ns": asked.after_ns,
            "after_trace": asked.after_trace, "limit": self._max_traces,
        }  # fmt: skip
        return self._store.frame(load_sql("prices/next_traces"), place)

    def _reprice(self, asked: Repricing, traces: pl.DataFrame, prices: PriceBook) -> pl.DataFrame:
        """Write what changes for these traces; returns the changed spans."""
        which: dict[str, object] = {
            "projects": traces["Project"].unique().to_list(),
            "ids": traces["TraceId"].unique().to_list(),
        }
        spans = self._store.frame(load_sql("prices/spans"), which)
        changed = changed_costs(spans.join(traces, on=TRACE, how="semi"), prices)
        version = time.time_ns()
        self._store.insert("cost_history", _history(changed, asked.id, version))
        fresh = pl.max_horizontal(pl.lit(version, pl.UInt64), pl.col("Version") + 1)
        rows = changed.with_columns(Version=fresh).select(spans.columns)
        self._store.insert("span_facts", rows)
        self._store.command(
            load_sql("prices/write_totals"), {**which, "version": version, "day": asked.day}
        )
        return changed


def changed_costs(spans: pl.DataFrame, prices: PriceBook) -> pl.DataFrame:
    """The spans (rows of span_facts) whose cost or its source is another now, with the new one.

    The cost before is in columns named `Old...`.
    """
    old = [pl.col(name).alias(f"Old{name}") for name in COSTS]
    known = spans.with_columns(old).drop(COSTS)
    priced = prices.price_calls(known)
    return priced.filter(
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"Old{name}")) for name in COSTS)
    )


def _history(changed: pl.DataFrame, repricing: str, at_ns: int) -> pl.DataFrame:
    kept = ("CostUsd", "CostSource", "PriceSource")
    return changed.select(
        *TRACE, "SpanId", "Start", "Provider", "Model", *(f"Old{name}" for name in kept),
        *(pl.col(name).alias(f"New{name}") for name in kept),
        RepricingId=pl.lit(repricing),
        At=pl.lit(at_ns // 1_000_000).cast(pl.Datetime("ms", "UTC")),
    )  # fmt: skip


def _counted_usd(changed: pl.DataFrame, column: str) -> float:
    return float(changed.filter("Counted")[column].cast(pl.Float64).sum())
