"""The same asked again: calls that a cache could have answered, and loops that get nowhere."""

from __future__ import annotations

import polars as pl

from longpole.analytics.finders.columns import label, occurrences
from longpole.analytics.finders.limits import FinderLimits

CALLS = ("llm", "tool", "retriever", "embedding", "reranker")
STEP = ["Project", "Service", "Agent", "Step", "Kind", "ToolName"]
SAME = ["Project", "Service", "Kind", "Model", "ToolName", "AskedHash"]


def repeated_calls(spans: pl.DataFrame, limits: FinderLimits) -> pl.DataFrame:
    """Calls that asked what was asked before, and got what was answered before if that is known.

    Within a trace every call after the first counts, unless they are a loop; across traces every
    one after the first that asked it, of steps where that is more than a few. Failed calls
    do not count: trying again is no repeating.
    """
    asked = _asked(spans)
    within = _within(asked).filter(pl.col("times") < limits.loop_turns)
    repeated = within.filter(pl.col("nth") > 1).with_columns(Evidence=pl.lit("within a trace"))
    across = (
        asked.filter(pl.col("nth") == 1)
        .with_columns(nth=pl.int_range(1, pl.len() + 1).over(_key(), order_by="StartNs"))
        .with_columns(share=(pl.col("nth") > 1).mean().over(STEP))
        .filter(pl.col("nth") > 1, pl.col("share") >= limits.repeat_share)
        .with_columns(Evidence=pl.lit("across traces"))
    )
    return occurrences(_gathered(pl.concat([repeated, across], how="diagonal")))


def loops(spans: pl.DataFrame, limits: FinderLimits) -> pl.DataFrame:
    """The same call with the same answer, `limits.loop_turns` times and more in one trace.

    New arguments or a new result are progress, and no loop. Saved is all after the first.
    """
    turns = _within(_asked(spans)).filter(
        pl.col("times") >= limits.loop_turns, pl.col("AnswerHash") != ""
    )
    again = turns.filter(pl.col("nth") > 1).with_columns(Evidence=pl.lit("same answer"))
    return occurrences(_gathered(again, Value=pl.col("times").max()))


def _key() -> list[str]:
    return [*SAME, "AnswerKey"]


def _asked(spans: pl.DataFrame) -> pl.DataFrame:
    # What a model says differs from call to call; what a tool says tells whether things changed.
    answer = pl.when(pl.col("Kind") == "llm").then(pl.lit("")).otherwise("AnswerHash")
    known = spans.filter(pl.col("Kind").is_in(CALLS), pl.col("AskedHash") != "", ~pl.col("IsError"))
    return _numbered(known.with_columns(AnswerKey=answer))


def _numbered(asked: pl.DataFrame) -> pl.DataFrame:
    trace = [*_key(), "TraceId"]
    return asked.with_columns(
        nth=pl.int_range(1, pl.len() + 1).over(trace, order_by="StartNs"),
        times=pl.len().over(trace),
    )


def _within(asked: pl.DataFrame) -> pl.DataFrame:
    return asked.filter(pl.col("times") > 1)


def _gathered(repeated: pl.DataFrame, **values: pl.Expr) -> pl.DataFrame:
    cost = pl.when("Counted").then("CostUsd").fill_null(0.0)
    return repeated.group_by(
        *("Project", "TraceId", "Agent", "Step", "Kind", "Model", "ToolName", "Evidence"),
        maintain_order=True,
    ).agg(
        pl.col("Service", "Operation", "RootName").first(),
        pl.col("Start").min(),
        Count=pl.len(),
        What=label().first(),
        SavedNs=pl.col("PathNs").sum(),
        SavedUsd=cost.sum(),
        **values,
    )
