"""All finders over one window of traces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import polars as pl

from longpole.analytics.detect.frames import CALM_SCHEMA, KEY
from longpole.analytics.finders.branches import speculative, wasted_branches
from longpole.analytics.finders.columns import with_said
from longpole.analytics.finders.findings import FOUND_SCHEMA, Window, to_findings, traces_of
from longpole.analytics.finders.growth import context_growth, gathered_prefixes, uncached_prefix
from longpole.analytics.finders.limits import FinderLimits
from longpole.analytics.finders.repeats import loops, repeated_calls
from longpole.analytics.finders.serial import serial_siblings

Finder = Callable[[pl.DataFrame, FinderLimits], pl.DataFrame]
FINDERS: dict[str, Finder] = {
    "serial_siblings": serial_siblings,
    "repeated_calls": repeated_calls,
    "loops": loops,
    "wasted_branches": wasted_branches,
    "speculative": speculative,
    "context_growth": context_growth,
}
NAMES = (*FINDERS, "uncached_prefix")
# These know only traces whose content was read, which may be a part of all.
BY_CONTENT = ("repeated_calls", "loops", "speculative", "uncached_prefix")


class Prices(Protocol):
    """See longpole.core.prices.PriceBook."""

    def price_calls(self, calls: pl.DataFrame) -> pl.DataFrame:
        """The calls with CostUsd."""
        ...


def find_all(
    spans: pl.DataFrame,
    said: pl.DataFrame,
    prices: Prices,
    window: Window,
    limits: FinderLimits | None = None,
) -> pl.DataFrame:
    """Findings (FOUND_SCHEMA) of every finder in whole traces, largest saving of time first.

    `spans`: columns.SPANS, `said`: columns.SAID (may have no rows: finders that need to know what
    was said then stay silent). Raises InputError when a column is missing.
    """
    bounds = limits or FinderLimits()
    known = with_said(spans, said)
    traces = traces_of(known)
    found = {name: finder(known, bounds) for name, finder in FINDERS.items()}
    found["uncached_prefix"] = gathered_prefixes(_priced(uncached_prefix(known, bounds), prices))
    heard, share = _heard(traces, said)
    part = replace(window, share=window.share * share)
    findings = [
        to_findings(name, rows, heard, part, bounds)
        if name in BY_CONTENT
        else to_findings(name, rows, traces, window, bounds)
        for name, rows in found.items()
        if not rows.is_empty()
    ]
    return pl.concat([pl.DataFrame(schema=FOUND_SCHEMA), *findings]).sort(
        pl.col("SizeMs") * pl.col("AffectedTraces"), "SizeUsdPerDay", descending=True
    )


def _heard(traces: pl.DataFrame, said: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """The traces of which something is known that was said, and their share of all."""
    heard = traces.join(said.select("TraceId").unique(), on="TraceId", how="semi")
    return heard, max(heard.height, 1) / max(traces.height, 1)


def calm_keys(spans: pl.DataFrame, found: pl.DataFrame, limits: FinderLimits) -> pl.DataFrame:
    """Keys that were looked at in enough traces and showed nothing (CALM_SCHEMA)."""
    keys = (
        spans.group_by(KEY)
        .agg(traces=pl.col("TraceId").n_unique())
        .filter(pl.col("traces") >= limits.traces)
        .select(KEY)
    )
    plain = keys.with_columns(Operation=pl.lit(""), Model=pl.lit(""))
    judged = pl.concat([keys, plain]).unique()
    each = judged.join(pl.DataFrame({"Detector": list(NAMES)}), how="cross")
    shown = [*KEY, "Detector"]
    calm = each.join(found.select(shown), on=shown, how="anti", nulls_equal=True)
    return calm.with_columns(Direction=pl.lit("up")).select(CALM_SCHEMA.keys())


def _priced(calls: pl.DataFrame, prices: Prices) -> pl.DataFrame:
    """SavedUsd: what each call would cost less had `could` more tokens come from the cache."""
    if calls.is_empty():
        return calls.with_columns(SavedUsd=pl.lit(None, pl.Float64))
    now = calls.select(
        "Provider", "Model", "Start", "InputTokens", "OutputTokens",
        pl.col("CacheReadTokens").fill_null(0), "could",
        ReportedCostUsd=pl.lit(None, pl.Decimal(18, 9)),
    )  # fmt: skip
    cached = now.with_columns(CacheReadTokens=pl.col("CacheReadTokens") + pl.col("could"))
    costs = [
        prices.price_calls(one.drop("could"))["CostUsd"].cast(pl.Float64) for one in (now, cached)
    ]
    return calls.with_columns(SavedUsd=(costs[0] - costs[1]).clip(0))
