"""Prompts that grow from turn to turn, and beginnings of prompts that no cache knows."""

from __future__ import annotations

import polars as pl

from longpole.analytics.finders.columns import label, occurrences, steps
from longpole.analytics.finders.limits import FinderLimits

TURNS = ["Project", "TraceId", "Service", "Agent", "Step", "Model"]


def context_growth(spans: pl.DataFrame, limits: FinderLimits) -> pl.DataFrame:
    """Runs whose input grows by a steady amount a turn until most of it was sent before.

    Value is the median growth a turn in tokens. SavedUsd is what sending again cost: of each turn
    the input that the turn before had too, less what the provider read from its cache.
    """
    turns = _turns(spans)
    size = pl.col("InputTokens")
    before = size.shift(1).over(TURNS)
    resent = (pl.min_horizontal(size, before) - pl.col("CacheReadTokens").fill_null(0)).clip(0)
    price = pl.col("CostInputUsd") / size
    grown = (
        turns.with_columns(grew=size - before, resent=resent.fill_null(0), price=price)
        .group_by(TURNS, maintain_order=True)
        .agg(
            pl.col("Operation", "RootName").first(),
            pl.col("Start").min(),
            Count=pl.len(),
            What=label().first(),
            Value=pl.col("grew").median(),
            SavedUsd=(pl.col("resent") * pl.col("price")).sum(),
            SavedNs=pl.lit(0),
            first=size.first(),
            last=size.last(),
            resent_share=pl.col("resent").sum() / size.sum(),
        )
        .filter(
            pl.col("Count") >= limits.growth_turns,
            pl.col("last") >= limits.growth_tokens,
            pl.col("last") >= limits.growth_factor * pl.col("first"),
            pl.col("Value") > 0,
            pl.col("resent_share") >= 0.5,
        )
        .with_columns(Evidence=pl.lit("token counts"))
    )
    return occurrences(grown)


def uncached_prefix(spans: pl.DataFrame, limits: FinderLimits) -> pl.DataFrame:
    """Calls that began as an earlier one did, long enough for a cache, and read little from it.

    What two calls share is known exactly where the whole prompt of the turn before is the beginning
    of this one; else instructions and tools that several calls of the window share count, as far
    as their tokens were counted. Value is the tokens that could have been read. SavedUsd stays
    empty here: prices are the caller's, who gets `Value` as CacheReadTokens to add.
    """
    shared = pl.max_horizontal(_shared_turn(), _shared_start()).fill_null(0)
    could = (
        pl.min_horizontal(shared, "InputTokens") - pl.col("CacheReadTokens").fill_null(0)
    ).clip(0)
    calls = _turns(spans).filter(pl.col("Prefixes").list.len() > 0)
    return calls.with_columns(could=could).filter(pl.col("could") >= limits.cacheable_tokens)


def gathered_prefixes(calls: pl.DataFrame) -> pl.DataFrame:
    """Occurrences out of the calls of uncached_prefix that carry `SavedUsd` of each."""
    found = calls.group_by(TURNS, maintain_order=True).agg(
        *steps(besides=TURNS),
        Count=pl.len(),
        What=label().first(),
        Value=pl.col("could").sum(),
        SavedUsd=pl.col("SavedUsd").sum(),
        SavedNs=pl.lit(0),
        Evidence=pl.lit("shared beginning"),
    )
    return occurrences(found)


def _turns(spans: pl.DataFrame) -> pl.DataFrame:
    return spans.filter(
        pl.col("Kind") == "llm", "Counted", pl.col("InputTokens") > 0, ~pl.col("IsError")
    ).sort(*TURNS, "StartNs", "SpanId")


def _shared_turn() -> pl.Expr:
    """The whole input of the turn before, where this prompt begins with it."""
    whole = pl.col("Prefixes").list.last().shift(1).over(TURNS)
    return pl.when(pl.col("Prefixes").list.contains(whole)).then(
        pl.col("InputTokens").shift(1).over(TURNS)
    )


def _shared_start() -> pl.Expr:
    """Instructions and tools, where an earlier call of the window had the same."""
    first = pl.col("Prefixes").list.first()
    nth = pl.col("StartNs").rank("ordinal").over("Project", "Model", first)
    return pl.when(nth > 1).then("FixedTokens")
