"""Hourly tables of one step: calls, tokens and cost by model, and the requests they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.optimize import nnls

from longpole.analytics.detect.thresholds import HOUR_S

Grid = npt.NDArray[np.float64]
STEP = ["Project", "Service", "Agent", "Step"]
SUMS = ["ModelCalls", "InputTokens", "OutputTokens", "CostUsd", "UnpricedCalls"]
HOURLY_SCHEMA: dict[str, pl.DataType] = {
    **{name: pl.String() for name in (*STEP, "Model", "Kind")},
    "Hour": pl.Int64(),
    **{name: pl.Float64() for name in ("Calls", *SUMS)},
}
"""What the drift detector reads: sums an hour (start, seconds since 1970). Rows of Kind 'request'
count the requests of a root service in `Calls`; the others hold counted model calls."""


@dataclass(frozen=True)
class StepHours:
    """Grids are (models, hours), oldest hour first. Prices are USD a token, (models,)."""

    key: dict[str, str]
    models: list[str]
    first_hour_s: int
    requests: Grid
    calls: Grid
    tokens_in: Grid
    tokens_out: Grid
    cost: Grid
    price_in: Grid
    price_out: Grid
    unit: str

    @property
    def list_cost(self) -> Grid:
        """Tokens at the fitted prices: what the step would cost had no price changed."""
        return self.tokens_in * self.price_in[:, None] + self.tokens_out * self.price_out[:, None]


def step_hours(hourly: pl.DataFrame, now_s: int, hours: int) -> Iterator[StepHours]:
    """One table a step of one project, over the `hours` clock hours up to the one of `now_s`."""
    first = now_s // HOUR_S * HOUR_S - (hours - 1) * HOUR_S
    rows = hourly.with_columns(((pl.col("Hour") - first) // HOUR_S).alias("At"))
    rows = rows.filter(pl.col("At").is_between(0, hours - 1))
    requests = _requests(rows.filter(pl.col("Kind") == "request"), hours)
    calls = rows.filter(pl.col("Kind") != "request", pl.col("ModelCalls") > 0)
    prices = _prices(calls)
    for (project, service, agent, step), mine in calls.group_by(STEP, maintain_order=True):
        key = {"Project": project, "Service": service, "Agent": agent, "Step": step}
        per_hour = requests.get(str(service), sum(requests.values(), np.zeros(hours)))
        yield _table(key, mine, per_hour, prices, first, hours)


def _requests(rows: pl.DataFrame, hours: int) -> dict[str, Grid]:
    found: dict[str, Grid] = {}
    for service, at, count in rows.select("Service", "At", "Calls").iter_rows():
        found.setdefault(service, np.zeros(hours))[at] += count
    return found


def _table(
    key: dict[str, str], rows: pl.DataFrame, requests: Grid,
    prices: dict[str, tuple[float, float]], first: int, hours: int,
) -> StepHours:  # fmt: skip
    summed = rows.group_by("Model", "At").agg(pl.col(SUMS).sum())
    models = sorted(summed["Model"].unique().to_list())
    row = summed["Model"].replace_strict(models, list(range(len(models))), return_dtype=pl.Int64)
    index = (row.to_numpy(), summed["At"].to_numpy())
    grids: dict[str, Any] = {}
    for name in SUMS:
        grids[name] = np.zeros((len(models), hours))
        grids[name][index] = summed[name].to_numpy()
    priced = grids["UnpricedCalls"].sum() < grids["ModelCalls"].sum() / 2 and grids["CostUsd"].any()
    price = [prices.get(model, (0.0, 0.0)) if priced else (1.0, 1.0) for model in models]
    tokens_in, tokens_out = grids["InputTokens"], grids["OutputTokens"]
    return StepHours(
        key=key, models=models, first_hour_s=first, requests=requests, calls=grids["ModelCalls"],
        tokens_in=tokens_in, tokens_out=tokens_out,
        cost=grids["CostUsd"] if priced else tokens_in + tokens_out,
        price_in=np.array([p[0] for p in price]), price_out=np.array([p[1] for p in price]),
        unit="usd" if priced else "tokens",
    )  # fmt: skip


def _prices(calls: pl.DataFrame) -> dict[str, tuple[float, float]]:
    """USD an input and an output token of each model, fitted to the first half of its hours.

    Exact where cost is linear in tokens; cached tokens make it an effective price.
    """
    prices = {}
    priced = calls.filter(pl.col("CostUsd") > 0, pl.col("UnpricedCalls") == 0)
    for (model,), rows in priced.group_by("Model"):
        early = rows.filter(pl.col("At") <= rows["At"].median())
        tokens = early.select("InputTokens", "OutputTokens").to_numpy()
        scale = np.maximum(tokens.max(axis=0), 1.0)
        fitted, _ = nnls(tokens / scale, early["CostUsd"].to_numpy())
        prices[str(model)] = (float(fitted[0] / scale[0]), float(fitted[1] / scale[1]))
    return prices
