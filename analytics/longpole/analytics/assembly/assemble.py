"""Whole traces from rows of spans: token owners, cost, agents, steps, the critical path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from longpole.analytics.assembly.claims import build_claims
from longpole.analytics.assembly.columns import (
    CLAIMS,
    FACTS,
    NO_FACTS,
    PATH_SECTIONS,
    SPANS,
    TEXT,
    TIME,
    TRACES,
)
from longpole.analytics.assembly.facts import build_facts
from longpole.analytics.assembly.grown import grow
from longpole.analytics.assembly.owners import own_usage
from longpole.analytics.assembly.path_rows import build_paths, main_totals, main_variants
from longpole.analytics.assembly.phases import phases
from longpole.analytics.assembly.pricing import Prices
from longpole.analytics.assembly.trace_rows import build_traces
from longpole.analytics.critical_path import PathOptions, sweep_forest
from longpole.analytics.dataflow import after_lists, find_edges
from longpole.core.errors import InputError
from longpole.core.settings import Settings

KEY = ["Project", "TraceId"]


@dataclass(frozen=True)
class Assembled:
    """Rows of the tables span_facts, traces, path_sections and usage_claims."""

    facts: pl.DataFrame
    traces: pl.DataFrame
    path_sections: pl.DataFrame
    claims: pl.DataFrame


def assemble(
    spans: pl.DataFrame,
    prices: Prices,
    settings: Settings,
    version: int,
    said: pl.DataFrame | None = None,
) -> Assembled:
    """Assemble all traces in `spans`: rows of the table spans (columns.SPANS), whole traces.

    Re-sent spans may come as several rows: the longest, then the last ingested, holds. Of a trace
    with more than jobs.max_trace_spans spans the earliest are kept and the trace is flagged
    `truncated`. The result does not depend on the order of rows. `said` (dataflow.SAID): what spans
    made and used, for edges of data; ids that spans carry are known without. Raises InputError when
    a column is missing.
    """
    _check(spans)
    spans = spans.with_columns(pl.col("Start").dt.replace_time_zone("UTC").cast(TIME))
    arrived = spans.group_by(KEY).agg(
        pl.col("IngestedAt").max().alias("LastIngestedAt"), pl.len().alias("RawSpans")
    )
    kept, truncated = _earliest(spans, settings.jobs.max_trace_spans)
    if kept.is_empty():
        return Assembled(*(schema.to_frame() for schema in (FACTS, TRACES, PATH_SECTIONS, CLAIMS)))
    grown = grow(kept)
    usage = own_usage(grown)
    edges = find_edges(grown.forest, grown.spans, said)
    timed = grown.spans.with_columns(**phases(grown, usage.client))
    swept = sweep_forest(grown.forest, timed, PathOptions.of(settings), edges)
    facts = build_facts(grown, swept, usage, prices, settings, version).with_columns(
        **after_lists(grown.forest, edges, swept, grown["SpanId"])
    )
    rows = build_traces(grown, facts, main_totals(grown, swept, facts)).with_columns(
        VariantText=main_variants(grown, swept, facts)
    )
    traces = rows.join(arrived, on=KEY, how="left", maintain_order="left")
    traces = traces.join(truncated, on=KEY, how="left", maintain_order="left").with_columns(
        Flags=pl.col("Flags").list.concat(pl.col("more").fill_null([])),
        LogFacts=pl.lit(0),
        IsDeleted=pl.lit(0),
    )
    return Assembled(
        facts.select(*FACTS).cast(FACTS),
        traces.select(*TRACES).cast(TRACES),
        build_paths(grown, swept, facts),
        build_claims(grown, facts, usage),
    )


def warm_up(settings: Settings) -> None:
    """Compile what assembly needs, or load it: seconds after an installation, else under one."""
    types = {name: {**FACTS, **NO_FACTS}.get(name, TEXT) for name in SPANS}
    said: dict[str, Any] = {name: "" for name, dtype in types.items() if dtype == TEXT}
    said |= {
        **dict.fromkeys(("Start", "DurationNs", "IngestedAt", "InputTokens"), 1),
        **dict.fromkeys(("IsError", "EndsBeforeStart"), False),
        "Notes": [],
        "LinkedSpanIds": [],
        "ResponseId": "r",
    }
    # A sum over one call that two instrumentations report, and an engine's span of it.
    each = [("agent", ""), ("llm", "a"), ("llm", "b"), ("engine", "")]
    rows = [
        {**said, "Kind": kind, "Dialect": dialect, "SpanId": f"{number:016}"}
        for number, (kind, dialect) in enumerate(each, 1)
    ]
    spans = pl.DataFrame(rows, schema=types).with_columns(
        ParentSpanId=pl.Series(["", *[rows[0]["SpanId"]] * 3])
    )
    assemble(spans, _NoPrices(), settings, 0)


class _NoPrices:
    def price_calls(self, calls: pl.DataFrame) -> pl.DataFrame:
        return calls.with_columns(CostUsd=None, CostSource=pl.lit("none"))


def _check(spans: pl.DataFrame) -> None:
    for name in SPANS:
        if name not in spans.columns:
            raise InputError(f"the spans have no column {name}; read it from the table spans")


def _earliest(spans: pl.DataFrame, limit: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The spans to analyse, and the traces that were cut with the flag to add (`more`)."""
    sizes = spans.group_by(KEY).agg(pl.col("SpanId").n_unique().alias("size"))
    large = sizes.filter(pl.col("size") > limit).drop("size")
    flagged = large.with_columns(more=pl.lit(["truncated"], pl.List(pl.String)))
    if large.is_empty():
        return spans, flagged
    order = pl.struct("Start", "SpanId")
    first = (
        spans.join(large, on=KEY, how="semi")
        .group_by(*KEY, "SpanId")
        .agg(pl.col("Start").min())
        .filter(order.rank("ordinal").over(KEY) <= limit)
    )
    rest = spans.join(large, on=KEY, how="anti")
    cut = spans.join(first, on=[*KEY, "SpanId"], how="semi")
    return pl.concat([rest, cut]), flagged
