"""The same asked again: in one request, and in a row until it is a loop."""

from __future__ import annotations

import polars as pl

from longpole.analytics.finders.frames import KEY, WASTE_SCHEMA

ASKED = ("llm", "embedding", "tool", "retrieval")
LOOP = 3


def repeated_calls(calls: pl.DataFrame) -> pl.DataFrame:
    """What the second and later identical calls of each request took and cost.

    Identical is the same step and model asked the same; calls whose content is unknown and failed
    calls never count. Requests with `LOOP` or more are the loops' own. Rows of WASTE_SCHEMA.
    """
    return _again(calls).filter(pl.col("Times") < LOOP).select(list(WASTE_SCHEMA))


def loops(calls: pl.DataFrame) -> pl.DataFrame:
    """What an agent spent on asking the same `LOOP` times or more within one request.

    New arguments are progress and are not counted. Rows of WASTE_SCHEMA.
    """
    return _again(calls).filter(pl.col("Times") >= LOOP).select(list(WASTE_SCHEMA))


def _again(calls: pl.DataFrame) -> pl.DataFrame:
    known = calls.filter(pl.col("AskedHash") != "", pl.col("Kind").is_in(ASKED), ~pl.col("IsError"))
    same = [*KEY, "TraceId", "AskedHash"]
    later = pl.col("StartNs").rank("ordinal").over(same) > 1
    asked = known.with_columns(Later=later).group_by(same).agg(
        AtNs=pl.col("StartNs").max(),
        SavedNs=pl.col("PathNs").filter("Later").sum().cast(pl.Float64),
        SavedUsd=pl.col("CostUsd").filter(pl.col("Later") & pl.col("Counted")).sum(),
        Times=pl.len().cast(pl.Float64),
        Evidence=pl.lit("data"),
    )  # fmt: skip
    again = asked.filter(pl.col("Times") > 1)
    return again.select(pl.col(name).cast(dtype) for name, dtype in WASTE_SCHEMA.items())
