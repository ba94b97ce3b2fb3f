"""Prompts that grow turn by turn, so that most of what is paid for was sent before."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import theilslopes

from longpole.analytics.finders.frames import KEY, WASTE_SCHEMA

TURNS = 5
# A run counts when its last prompt is this many times its first, and the growth is steady.
GROWN = 4.0
SLOPE_TOKENS = 500.0


def context_growth(calls: pl.DataFrame) -> pl.DataFrame:
    """Money spent in each run on input sent again from the turn before.

    A run is the counted model calls of one step in one request, in order of start: `TURNS` or
    more, growing by `SLOPE_TOKENS` a turn in the median of all pairs. Sent again is at most the
    prompt of the turn before. Times is tokens a turn. Rows of WASTE_SCHEMA.
    """
    turns = calls.filter("Counted", pl.col("Kind") == "llm", pl.col("InputTokens") > 0)
    before = pl.col("InputTokens").shift(1).over([*KEY, "TraceId"])
    again = pl.min_horizontal("InputTokens", before.fill_null(0)) / pl.col("InputTokens")
    runs = (
        turns.sort("StartNs", "SpanId")
        .with_columns(AgainUsd=again * pl.col("CostInputUsd"))
        .group_by([*KEY, "TraceId"], maintain_order=True)
        .agg(
            pl.col("InputTokens"),
            AtNs=pl.col("StartNs").max(),
            SavedNs=pl.lit(0.0),
            SavedUsd=pl.col("AgainUsd").sum(),
            First=pl.col("InputTokens").first(),
            Last=pl.col("InputTokens").last(),
        )
        .filter(
            pl.col("InputTokens").list.len() >= TURNS, pl.col("Last") >= GROWN * pl.col("First")
        )
    )
    slopes = [_slope(tokens.to_numpy()) for tokens in runs["InputTokens"]]
    sloped = runs.with_columns(Times=pl.Series(slopes, dtype=pl.Float64), Evidence=pl.lit("data"))
    found = sloped.filter(pl.col("Times") >= SLOPE_TOKENS)
    return found.select(pl.col(name).cast(dtype) for name, dtype in WASTE_SCHEMA.items())


def _slope(tokens: np.ndarray) -> float:
    return float(theilslopes(tokens[:200]).slope)
