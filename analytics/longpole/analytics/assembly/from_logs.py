"""Gaps in what spans say, filled from the log records that were written in them."""

from __future__ import annotations

import polars as pl

from longpole.analytics.assembly.columns import TOKENS

SPAN = ["Project", "TraceId", "SpanId"]
USAGE = (*TOKENS, "TotalTokens")
TEXTS = ("Provider", "Model", "AgentName", "SessionId", "UserId", "ErrorType")
VALUES = ("ReportedCostUsd", "Streaming", "TtftS")
# A part of a count and the count it is part of.
WHOLES = {
    "CacheReadTokens": "InputTokens",
    "CacheWriteTokens": "InputTokens",
    "ReasoningTokens": "OutputTokens",
}


def fill_from_logs(spans: pl.DataFrame, logs: pl.DataFrame) -> pl.DataFrame:
    """The spans with what only their log records know; what a span says itself always holds.

    `spans`: rows of the table spans; `logs`: rows of log_facts. Several records of one span are
    one call: all token counts come from the record that has most of them (of equals the latest),
    everything else from the latest record that says it. A part of a count, such as cached tokens,
    is left out where it exceeds the span's own count, and a reported cost where the span's own
    tokens differ. Records of other spans count for nothing, and the order of rows does not matter.
    """
    if logs.is_empty() or spans.is_empty():
        return spans
    told = spans.join(_one_a_span(logs), on=SPAN, how="left", maintain_order="left")
    texts = {
        name: pl.when(pl.col(name) == "").then(_told(name).fill_null("")).otherwise(pl.col(name))
        for name in TEXTS
    }
    texts["ErrorType"] = pl.when("IsError").then(texts["ErrorType"]).otherwise("ErrorType")
    counts = [pl.coalesce(name, _told(name)).alias(name) for name in (*USAGE, "Streaming", "TtftS")]
    filled = told.with_columns(
        *counts,
        **texts,
        ReportedCostUsd=pl.coalesce("ReportedCostUsd", _cost()),
        TtftSource=pl.when(pl.col("TtftS").is_null() & _told("TtftS").is_not_null())
        .then(pl.lit("event"))
        .otherwise("TtftSource"),
    )
    return filled.with_columns(*_possible_parts(told), _total(told)).select(spans.columns)


def _told(name: str) -> pl.Expr:
    return pl.col(f"{name}_told")


def _one_a_span(logs: pl.DataFrame) -> pl.DataFrame:
    """One row a span, its columns named `<field>_told`."""
    said = pl.sum_horizontal(pl.col(name).is_not_null() for name in USAGE)
    ranked = logs.with_columns(said=said).sort(*SPAN, "Timestamp", "Id")
    usage = (
        ranked.sort("said", maintain_order=True)
        .group_by(SPAN)
        .agg(pl.col(*USAGE).last().name.suffix("_told"))
    )
    rest = ranked.group_by(SPAN).agg(
        *(_last(name, pl.col(name) != "") for name in TEXTS),
        *(_last(name, pl.col(name).is_not_null()) for name in VALUES),
    )
    return usage.join(rest, on=SPAN)


def _last(name: str, is_said: pl.Expr) -> pl.Expr:
    return pl.col(name).filter(is_said).last().alias(f"{name}_told")


def _cost() -> pl.Expr:
    """The reported cost, unless the span has other tokens than those it was reported for."""
    same = [
        pl.col(name).is_null() | _told(name).is_null() | (pl.col(name) == _told(name))
        for name in ("InputTokens", "OutputTokens")
    ]
    return pl.when(pl.all_horizontal(same)).then(_told("ReportedCostUsd"))


def _possible_parts(told: pl.DataFrame) -> list[pl.Expr]:
    """A part from a log beside a whole from the span must not exceed it."""
    return [
        pl.when(
            told[part].is_not_null() | (pl.col(part) <= pl.col(whole)) | pl.col(whole).is_null()
        )
        .then(part)
        .otherwise(None)
        .alias(part)
        for part, whole in WHOLES.items()
    ]


def _total(told: pl.DataFrame) -> pl.Expr:
    """The sum of both counts, where a log gave one of them."""
    own = told.select(
        pl.all_horizontal(pl.col("InputTokens", "OutputTokens").is_not_null())
    ).to_series()
    both = pl.col("InputTokens") + pl.col("OutputTokens")
    return pl.when(own | both.is_null()).then("TotalTokens").otherwise(both).alias("TotalTokens")
