"""Rollup rows of made-up steps with known behaviour, without the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from longpole.analytics.detect.frames import HIST

NOW_S = 1_773_144_000  # a Tuesday, 12:00 UTC
Floats = npt.NDArray[np.float64]


@dataclass
class Step:
    """A step with log-normal durations; `slower` maps call times (s) to a factor."""

    step: str
    median_ms: float = 800.0
    sigma: float = 0.4
    calls_per_bucket: float = 20.0
    days: float = 8.0
    kind: str = "tool"
    operation: str = "execute_tool"
    agent: str = "planner"
    service: str = "api"
    model: str = ""
    slower: Callable[[Floats], Floats] = np.ones_like
    # Share of the time that is the step's own; children cover the rest.
    children: Callable[[Floats, Floats], Floats] | None = None
    output_tokens: Callable[[Floats], Floats] | None = None
    streams: bool = False


Roll = Callable[..., pl.DataFrame]


def _calls(step: Step, rng: np.random.Generator, until_s: int) -> pl.DataFrame:
    count = rng.poisson(step.calls_per_bucket * 288 * step.days)
    ends = np.sort(rng.uniform(until_s - step.days * 86_400, until_s, count))
    durations = step.median_ms * 1e6 * np.exp(rng.normal(0, step.sigma, count)) * step.slower(ends)
    tokens = step.output_tokens(ends) if step.output_tokens else np.zeros(count)
    if step.output_tokens:
        durations = durations * tokens / 100
    own = step.children(ends, durations) if step.children else durations
    return pl.DataFrame(
        {
            "Bucket": (ends // 300 * 300).astype(np.int64),
            "DurationNs": durations.astype(np.uint64),
            "SelfNs": own.astype(np.uint64),
            "OutputTokens": tokens.astype(np.uint64),
            "Ttft": durations * 0.1 if step.streams else np.zeros(count),
            "Tpot": durations * 0.9 / np.maximum(tokens, 1) if step.streams else np.zeros(count),
        }
    )


def _histogram(calls: pl.DataFrame, column: str) -> pl.DataFrame:
    bins = (pl.col(column).cast(pl.Float64).log() / np.log(1.1)).floor().cast(pl.Int16)
    return (
        calls.filter(pl.col(column) > 0)
        .group_by("Bucket", bins.alias("key"))
        .agg(pl.len().cast(pl.UInt64).alias("value"))
        .group_by("Bucket")
        .agg(pl.struct("key", "value").alias("Hist"))
    )


def roll_up(steps: list[Step], seed: int = 0, until_s: int = NOW_S) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    parts = []
    for step in steps:
        calls = _calls(step, rng, until_s)
        sums = calls.group_by("Bucket").agg(
            pl.len().cast(pl.UInt64).alias("Calls"),
            pl.col("DurationNs", "SelfNs", "OutputTokens").sum(),
        )
        for column, name in (
            ("DurationNs", "DurationHist"), ("Ttft", "TtftHist"), ("Tpot", "TpotHist")
        ):  # fmt: skip
            hist = _histogram(calls, column).rename({"Hist": name})
            sums = sums.join(hist, on="Bucket", how="left").with_columns(
                pl.col(name).fill_null(pl.lit([], pl.List(pl.Struct(_ENTRY)))).cast(HIST)
            )
        parts.append(
            sums.with_columns(
                Project=pl.lit("default"), Service=pl.lit(step.service), Agent=pl.lit(step.agent),
                Step=pl.lit(step.step), Operation=pl.lit(step.operation), Model=pl.lit(step.model),
                Kind=pl.lit(step.kind),
            )
        )  # fmt: skip
    return pl.concat(parts)


_ENTRY = {"key": pl.Int16, "value": pl.UInt64}


@pytest.fixture
def roll() -> Roll:
    return roll_up


@pytest.fixture
def now_ns() -> int:
    return NOW_S * 1_000_000_000


@pytest.fixture
def make_step() -> type[Step]:
    return Step
