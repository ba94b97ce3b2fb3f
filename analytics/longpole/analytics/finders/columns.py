"""The frames finders take and give."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from longpole.core.errors import InputError

TEXTS = pl.List(pl.String)
TIME = pl.Datetime("ns", "UTC")

SPANS: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("Project", "TraceId", "SpanId", "ParentSpanId", "RootName")},
    **{name: pl.String() for name in ("Service", "Agent", "Step", "Kind", "Operation", "Name")},
    **{name: pl.String() for name in ("Provider", "Model", "ToolName")},
    "Start": TIME,
    **{name: pl.Int64() for name in ("DurationNs", "PathNs")},
    **{name: pl.Boolean() for name in ("IsRoot", "IsError", "Counted")},
    **{name: pl.Int64() for name in ("InputTokens", "OutputTokens", "CacheReadTokens")},
    **{name: pl.Float64() for name in ("CostUsd", "CostInputUsd", "TtftS")},
    "AfterSpanIds": TEXTS,
    "AfterEvidence": TEXTS,
}
"""Rows of span_facts, whole traces. AfterSpanIds: the spans that this one waited for, with
AfterEvidence `data`, `link`, `order` or `assumed` for each."""

SAID: dict[str, pl.DataType] = {
    "TraceId": pl.String(),
    "SpanId": pl.String(),
    "AskedHash": pl.String(),
    "AnswerHash": pl.String(),
    "Prefixes": TEXTS,
    "FixedTokens": pl.Int64(),
}
"""What spans said, as hashes: of what was asked (prompt, or tool and arguments), of what came back,
of each beginning of a prompt; and the tokens of instructions and tools, where they were counted."""

OCCURRENCES: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("Project", "Service", "Agent", "Step", "Operation", "Model")},
    **{name: pl.String() for name in ("RootName", "TraceId", "What", "Evidence")},
    "Start": TIME,
    "Count": pl.Int64(),
    "SavedNs": pl.Int64(),
    "SavedUsd": pl.Float64(),
    "Value": pl.Float64(),
}
"""One thing found in one trace. What: in a few words which spans; Count: of these; Value: a measure
of the finder's own. SavedNs: how much sooner the path would have ended, at most."""


def with_said(spans: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """The spans in order of trace and start, with what they said; unknown is empty text.

    Raises InputError when a column is missing.
    """
    for frame, wanted, name in ((spans, SPANS, "spans"), (said, SAID, "what was said")):
        missing = [column for column in wanted if column not in frame.columns]
        if missing:
            raise InputError(f"{name}: columns {', '.join(missing)} are missing; add them")
    joined = spans.select(pl.col(name).cast(dtype) for name, dtype in SPANS.items()).join(
        said.select(SAID.keys()).unique(["TraceId", "SpanId"]), on=["TraceId", "SpanId"], how="left"
    )
    return joined.with_columns(
        pl.col("AskedHash", "AnswerHash").fill_null(""),
        pl.col("Prefixes", "AfterSpanIds", "AfterEvidence").fill_null([]),
        StartNs=pl.col("Start").dt.epoch("ns"),
        EndNs=pl.col("Start").dt.epoch("ns") + pl.col("DurationNs"),
    ).sort("Project", "TraceId", "StartNs", "SpanId")


def occurrences(found: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the columns of OCCURRENCES; what a finder left out is empty."""
    missing = [name for name in OCCURRENCES if name not in found.columns]
    return found.with_columns(pl.lit(None).alias(name) for name in missing).select(
        pl.col(name).cast(dtype) for name, dtype in OCCURRENCES.items()
    )


def steps(besides: Collection[str] = ()) -> list[pl.Expr]:
    """The names of the first span of a group but for the keys, for group_by().agg()."""
    names = ("Service", "Agent", "Step", "Operation", "Model", "RootName")
    return [
        *(pl.col(name).first() for name in names if name not in besides),
        pl.col("Start").min(),
    ]


def label() -> pl.Expr:
    """What a span is called: its tool, else its step, else its name."""
    tool = pl.when(pl.col("ToolName") != "").then("ToolName")
    step = pl.when(pl.col("Step") != "").then("Step")
    return pl.coalesce(tool, step, "Name")
