"""One row a trace: its root, its totals, and what happened in it."""

from __future__ import annotations

import polars as pl

from longpole.analytics.assembly.columns import MODEL_KINDS, MONEY, TOKENS, TRACES
from longpole.analytics.assembly.grown import Grown
from longpole.analytics.assembly.runs import agent_runs, tool_calls

COUNTED = pl.col("Counted")
# What was put right or filled in; nothing is wrong with the trace.
CORRECTED = ("cache_beside", "reasoning_beside", "details_from_duplicate")
HAS_TOKENS = (
    pl.sum_horizontal(pl.col("InputTokens", "OutputTokens").cast(pl.Float64)).fill_null(0) > 0
)


def build_traces(grown: Grown, facts: pl.DataFrame, of_main: pl.DataFrame) -> pl.DataFrame:
    """The rows of traces, by trace id, but for LastIngestedAt, RawSpans and the `truncated` flag.

    `of_main`: what main_totals says of the main root of each trace.
    """
    numbered = facts.with_columns(
        trace=pl.Series(grown.trace),
        start_ns=pl.Series(grown.forest.start),
        end_ns=pl.Series(grown.forest.end),
        is_tool_call=tool_calls(grown),
        is_agent_run=agent_runs(grown),
    )
    totals = numbered.group_by("trace", maintain_order=True).agg(
        *_counts(), *_totals(), *_names(), *_span_of_time()
    )
    rows = _main_roots(grown, facts).hstack(totals)
    return _timed(rows).join(of_main, on="trace", how="left", maintain_order="left").drop("trace")


def _main_roots(grown: Grown, facts: pl.DataFrame) -> pl.DataFrame:
    return facts[grown.main].select(
        "Project", "TraceId", "Start", "DurationNs", "Service", "Environment", "Release",
        "Workflow", "Agent", "SessionId", "UserId", "IsError", "Version",
        RootSpanId="SpanId", RootName="Name", has_root=grown.has_root,
    )  # fmt: skip


def _counts() -> list[pl.Expr]:
    model_call = COUNTED & (pl.col("UsageScope") == "call")
    return [
        pl.col("IsError").sum().alias("ErrorSpans"),
        pl.len().alias("Spans"),
        pl.col("IsRoot").sum().alias("Roots"),
        model_call.sum().alias("ModelCalls"),
        pl.col("is_tool_call").sum().alias("ToolCalls"),
        pl.col("is_agent_run").sum().alias("AgentRuns"),
        (model_call & HAS_TOKENS & pl.col("CostUsd").is_null()).sum().alias("UnpricedCalls"),
    ]


def _totals() -> list[pl.Expr]:
    cost = pl.col("CostUsd").filter(COUNTED)
    known = cost.is_not_null().any()
    return [
        *(pl.col(name).filter(COUNTED).sum() for name in TOKENS),
        pl.when(known).then(cost.sum().cast(MONEY, strict=False)).alias("CostUsd"),
    ]


def _names() -> list[pl.Expr]:
    flags = pl.col("Flags").explode(empty_as_null=False)
    lists = {"Services": "Service", "Agents": "Agent", "Steps": "Step", "Models": "Model"}
    return [
        *(
            pl.col(column).filter(pl.col(column) != "").unique().sort().alias(name)
            for name, column in lists.items()
        ),
        flags.filter(~flags.is_in(CORRECTED)).unique().sort(),
    ]


def _span_of_time() -> list[pl.Expr]:
    streamed = pl.col("Kind").is_in(MODEL_KINDS) & (pl.col("Streaming") != pl.lit(False)).fill_null(
        True
    )
    first_token = pl.col("start_ns") + (pl.col("TtftS") * 1e9).round().cast(pl.Int64)
    return [
        pl.col("start_ns").min().alias("first_ns"),
        pl.col("end_ns").max().alias("last_ns"),
        first_token.filter(streamed).min().alias("token_ns"),
    ]


def _timed(rows: pl.DataFrame) -> pl.DataFrame:
    """A trace with its root lasts as long as that; another from its first start to its last end."""
    first = pl.col("first_ns").cast(TRACES["Start"])
    whole = (pl.col("last_ns") - pl.col("first_ns")).cast(pl.UInt64)
    rows = rows.with_columns(
        Start=pl.when("has_root").then(pl.col("Start")).otherwise(first),
        DurationNs=pl.when("has_root").then(pl.col("DurationNs")).otherwise(whole),
    )
    waited = pl.col("token_ns") - pl.col("Start").cast(pl.Int64)
    return rows.with_columns(TtftS=waited.clip(0) / 1e9)
