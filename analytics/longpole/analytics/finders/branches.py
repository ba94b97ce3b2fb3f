"""Work whose result nobody used, and work that could have begun sooner."""

from __future__ import annotations

import polars as pl

from longpole.analytics.finders.columns import label, occurrences, steps
from longpole.analytics.finders.limits import FinderLimits

TRACE = ["Project", "TraceId"]
RESULTS = ("tool", "retriever", "agent")
# Deeper than agents nest; the walk ends where nothing is below anyway.
MAX_LEVELS = 64


def wasted_branches(spans: pl.DataFrame, limits: FinderLimits) -> pl.DataFrame:
    """Tools, retrievals and agents whose result no later call is known to have used.

    Silent where data does not show what is used: it judges only traces in which the result of at
    least one tool is, and only what ended before the last model call began. A failed call that was
    tried again counts.
    """
    last_call = pl.col("StartNs").filter(pl.col("Kind") == "llm").max().over(TRACE)
    used = _used(spans)
    known = used.select(TRACE).unique()
    candidates = (
        spans.with_columns(last_call=last_call)
        .filter(pl.col("Kind").is_in(RESULTS), ~pl.col("IsRoot"))
        .filter(pl.col("EndNs") <= pl.col("last_call"))
        .join(known, on=TRACE, how="semi")
        .join(used, on=[*TRACE, "SpanId"], how="anti")
    )
    below = _below(spans, candidates)
    inside = below.group_by(*TRACE, "SpanId").agg(
        below_ns=pl.col("PathNs").sum(), below_usd=pl.col("usd").sum()
    )
    nested = below.select(*TRACE, SpanId="child").unique()
    found = (
        candidates.join(nested, on=[*TRACE, "SpanId"], how="anti")
        .join(inside, on=[*TRACE, "SpanId"], how="left")
        .with_columns(
            SavedNs=pl.col("PathNs") + pl.col("below_ns").fill_null(0),
            SavedUsd=_cost() + pl.col("below_usd").fill_null(0),
        )
    )
    return occurrences(
        found.group_by(*TRACE, "Service", "Agent", "Step", maintain_order=True).agg(
            pl.col("Operation", "Model", "RootName").first(),
            pl.col("Start").min(),
            pl.col("SavedNs", "SavedUsd").sum(),
            Count=pl.len(),
            What=label().first(),
            Evidence=pl.lit("data"),
        )
    )


def speculative(spans: pl.DataFrame, limits: FinderLimits) -> pl.DataFrame:
    """Tools that nearly always follow a model call with the same arguments.

    Such a tool could start with the call. It follows the model call that it waited for (data), and
    is predictable where, of at least `limits.speculative_runs` runs, `limits.speculative_share` and
    more ask it the same. Saved is the shorter of its time on the path and the model's time after
    the first token (the whole call where that is unknown). Value is that share in percent.
    """
    followed = _followed(spans)
    step = ["Project", "Service", "ModelStep", "ToolName"]
    same = pl.col("AskedHash").mode().first()
    usual = (
        followed.group_by(step)
        .agg(usual=same, share=(pl.col("AskedHash") == same).mean(), runs=pl.len())
        .filter(
            pl.col("runs") >= limits.speculative_runs,
            pl.col("share") >= limits.speculative_share,
        )
    )
    decode = pl.col("ModelNs") - (pl.col("ModelTtftS").fill_null(0) * 1e9).cast(pl.Int64)
    found = (
        followed.join(usual, on=step)
        .filter(pl.col("AskedHash") == pl.col("usual"))
        .with_columns(
            SavedNs=pl.min_horizontal("PathNs", decode.clip(0)), Value=pl.col("share") * 100
        )
    )
    return occurrences(
        found.group_by(*TRACE, "ToolName", "ModelStep", maintain_order=True).agg(
            *steps(),
            pl.col("SavedNs").sum(),
            pl.col("Value").first(),
            Count=pl.len(),
            What=label().first(),
            Evidence=pl.lit("data"),
        )
    )


def _edges(spans: pl.DataFrame) -> pl.DataFrame:
    return (
        spans.filter(pl.col("AfterSpanIds").list.len() > 0)
        .explode("AfterSpanIds", "AfterEvidence")
        .filter(pl.col("AfterEvidence") == "data")
    )


def _used(spans: pl.DataFrame) -> pl.DataFrame:
    """Ids of tools, retrievals and agents that something is known to have waited for."""
    edges = _edges(spans).select(*TRACE, SpanId="AfterSpanIds").unique()
    results = spans.filter(pl.col("Kind").is_in(RESULTS)).select(*TRACE, "SpanId")
    return results.join(edges, on=[*TRACE, "SpanId"], how="semi")


def _below(spans: pl.DataFrame, roots: pl.DataFrame) -> pl.DataFrame:
    """Every span below others (`child` below `SpanId`), with its path time and cost."""
    top = roots.select(*TRACE, "SpanId", at="SpanId")
    inside = spans.select(*TRACE, "PathNs", at="ParentSpanId", child="SpanId", usd=_cost())
    levels = [top.head(0).join(inside, on=[*TRACE, "at"])]
    for _ in range(MAX_LEVELS):
        level = top.join(inside, on=[*TRACE, "at"])
        if level.is_empty():
            break
        levels.append(level)
        top = level.select(*TRACE, "SpanId", at="child")
    return pl.concat(levels)


def _cost() -> pl.Expr:
    return pl.when("Counted").then("CostUsd").fill_null(0.0)


def _followed(spans: pl.DataFrame) -> pl.DataFrame:
    models = spans.filter(pl.col("Kind") == "llm").select(
        *TRACE, AfterSpanIds="SpanId", ModelStep=label(), ModelNs="DurationNs", ModelTtftS="TtftS"
    )
    tools = _edges(spans).filter(pl.col("Kind") == "tool", pl.col("AskedHash") != "")
    return tools.join(models, on=[*TRACE, "AfterSpanIds"])
