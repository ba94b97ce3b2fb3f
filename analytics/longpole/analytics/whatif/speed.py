"""How fast each model answers, fitted from calls: time to first token and time per output token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

from longpole.analytics.whatif.replay_kernels import Floats

LEAST_CALLS = 20
MOST_CALLS = 500  # Theil-Sen compares every pair
LEVEL = 0.95
FAR = 3.0


@dataclass(frozen=True)
class ModelSpeed:
    """TTFT = `base_s` + `per_input_s` * (input - cached tokens); then `per_output_s` a token.

    `interval_s`: the middle 95 % of what fitted calls took less what the fit says, so that a
    single call is that uncertain. `calls` with a known TTFT were fitted.
    """

    model: str
    provider: str
    calls: int
    base_s: float
    per_input_s: float
    per_output_s: float
    interval_s: tuple[float, float]

    def seconds(self, fresh_input: Floats, output: Floats) -> Floats:
        """From the start of a call to its end."""
        first = np.maximum(self.base_s + self.per_input_s * fresh_input, 0.0)
        return np.asarray(first + self.per_output_s * np.maximum(output - 1.0, 0.0))


@dataclass(frozen=True)
class TooFew:
    """Why a model has no fitted speed."""

    model: str
    reason: str


def fit_speeds(calls: pl.DataFrame) -> Mapping[str, ModelSpeed | TooFew]:
    """Fit every model in `calls` (Model, Provider, DurationNs, TtftS, Input-, Output- and
    CacheReadTokens), by robust regression (Theil-Sen twice), so that a few odd calls do not count.

    A model with fewer than 20 usable calls (streamed, without error, tokens known) is refused.
    """
    usable = calls.filter(
        pl.col("TtftS").is_between(0, pl.col("DurationNs") / 1e9)
        & pl.col("InputTokens").is_not_null()
        & (pl.col("OutputTokens") > 1)
    ).with_columns(
        fresh=(pl.col("InputTokens").cast(pl.Int64) - pl.col("CacheReadTokens").fill_null(0))
        .clip(0)
        .cast(pl.Float64),
        tpot=(pl.col("DurationNs") / 1e9 - pl.col("TtftS")) / (pl.col("OutputTokens") - 1.0),
    )
    fitted = {str(key[0]): rows for key, rows in usable.group_by("Model")}
    seen = calls["Model"].cast(pl.String).value_counts().rows()
    return {
        model: _fit(model, count, fitted.get(model, usable.clear()))
        for model, count in seen
        if model
    }


def _fit(model: str, seen: int, rows: pl.DataFrame) -> ModelSpeed | TooFew:
    if len(rows) < LEAST_CALLS:
        return TooFew(
            model,
            f"model {model[:100]!r} has {len(rows)} recent calls with a time to first token and "
            f"token counts (of {seen}); its speed is fitted from {LEAST_CALLS} or more",
        )
    kept = rows.sort("StartNs").tail(MOST_CALLS) if "StartNs" in rows.columns else rows
    fresh, ttft = kept["fresh"].to_numpy(), kept["TtftS"].to_numpy()
    slope, base = _line(fresh, ttft)
    per_output = max(float(np.median(kept["tpot"].to_numpy())), 0.0)
    speed = ModelSpeed(model, str(kept["Provider"][-1]), len(kept), base, slope, per_output, (0, 0))
    rest = kept["DurationNs"].to_numpy() / 1e9 - speed.seconds(
        fresh, kept["OutputTokens"].to_numpy().astype(np.float64)
    )
    low, high = np.quantile(rest, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return ModelSpeed(
        model, speed.provider, speed.calls, base, slope, per_output, (float(low), float(high))
    )


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Slope (never negative: more input is not faster) and base of a robust line.

    Calls that hang are all on one side, which moves even a median line: those more than three
    scaled deviations off the first line are left out of the second.
    """
    slope, base = _theil_sen(x, y)
    rest = y - slope * x - base
    kept = np.abs(rest - np.median(rest)) <= FAR * stats.median_abs_deviation(rest, scale="normal")
    return _theil_sen(x[kept], y[kept]) if kept.sum() >= LEAST_CALLS else (slope, base)


def _theil_sen(x: Floats, y: Floats) -> tuple[float, float]:
    if np.ptp(x) == 0:
        return 0.0, float(np.median(y))
    found = stats.theilslopes(y, x)
    if found.slope <= 0:
        return 0.0, float(np.median(y))
    return float(found.slope), float(found.intercept)
