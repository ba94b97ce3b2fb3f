"""Calls of one tool that ran one after the other though nothing says that they had to."""

from __future__ import annotations

import polars as pl

from longpole.analytics.finders.frames import KEY, WASTE_SCHEMA

FANNED = ("tool", "retrieval", "embedding")
# Less is not worth the change: of a request, and in total.
LEAST_NS = 50_000_000


def serial_siblings(calls: pl.DataFrame) -> pl.DataFrame:
    """Time saved in each request by running neighbouring calls of one step side by side.

    Neighbours are siblings on the path with no other sibling between them, so that no model saw
    one's result before the next began. What they ask must be known to differ, or be unknown:
    the same asked again is a repeated call. Failed calls are left out: the next is a retry.
    A run in which one member is proven to have waited for another is left out. Evidence is `data`
    where every member's data flow is recorded, else `assumed`. Saved is the sum of their path times
    less the longest. Rows of WASTE_SCHEMA.
    """
    siblings = calls.filter(pl.col("ParentSpanId") != "", ~pl.col("IsError"))
    place = ["Project", "TraceId", "ParentSpanId"]
    runs = siblings.sort(*place, "StartNs", "SpanId").with_columns(
        Run=(pl.struct("Kind", "Step", "ParentSpanId", "TraceId", "Project").rle_id())
    )
    eligible = runs.filter(pl.col("Kind").is_in(FANNED), pl.col("PathNs") > 0)
    apart = (
        eligible.sort("Run", "StartNs")
        .with_columns(Ends=(pl.col("StartNs") + pl.col("DurationNs")).shift(1).over("Run"))
        .with_columns(Serial=pl.col("StartNs") >= pl.col("Ends"))
    )
    groups = apart.group_by("Run").agg(
        *(pl.col(name).first() for name in (*KEY, "TraceId")),
        AtNs=pl.col("StartNs").max(),
        SavedNs=(pl.col("PathNs").sum() - pl.col("PathNs").max()).cast(pl.Float64),
        SavedUsd=pl.lit(0.0),
        Times=pl.len().cast(pl.Float64),
        Apart=pl.col("Serial").drop_nulls().all(),
        Known=pl.col("AskedHash").filter(pl.col("AskedHash") != "").len(),
        Distinct=pl.col("AskedHash").filter(pl.col("AskedHash") != "").n_unique(),
    )
    proven = groups.join(_proven(eligible), on="Run", how="left").with_columns(
        Evidence=pl.when(pl.col("Traced").fill_null(0) == pl.col("Times"))
        .then(pl.lit("data"))
        .otherwise(pl.lit("assumed"))
    )
    found = proven.filter(
        ~pl.col("Dependent").fill_null(False),
        pl.col("Times") >= 2,
        pl.col("Apart"),
        pl.col("SavedNs") >= LEAST_NS,
        pl.col("Known") == pl.col("Distinct"),
    )
    return found.select(pl.col(name).cast(dtype) for name, dtype in WASTE_SCHEMA.items())


def _proven(eligible: pl.DataFrame) -> pl.DataFrame:
    """Of each run: whether a member waited for another, and how many have recorded data flow."""
    after = eligible.select("Run", "SpanId", "AfterSpanIds", "AfterEvidence").explode(
        "AfterSpanIds", "AfterEvidence"
    )
    sure = after.filter(pl.col("AfterEvidence").is_in(["data", "link"]))
    members = eligible.select("Run", AfterSpanIds="SpanId").with_columns(Member=pl.lit(True))
    met = sure.join(members, on=["Run", "AfterSpanIds"], how="left")
    return met.group_by("Run").agg(
        Dependent=pl.col("Member").fill_null(False).any(), Traced=pl.col("SpanId").n_unique()
    )
