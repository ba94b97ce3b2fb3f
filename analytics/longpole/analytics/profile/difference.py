"""Two profiles side by side: the difference of each row, and whether it is more than chance.

The sample is a trace: a row's value in a trace is its time on the path there, zero where it is not
on it. From the number of traces, the sum and the sum of squares follow mean and variance of both
sides, and from those Welch's test, which does not take the variances for equal (B. L. Welch,
Biometrika 34, 1947). Many rows are tested at once, so p-values are corrected for the false
discovery rate (Y. Benjamini, Y. Hochberg, J. R. Stat. Soc. B 57, 1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

KEYS = ("Row", "Service", "Agent", "Step", "Kind", "Part")
LEVEL = 0.95
FEW = 30
# A mean of times is only close to normal when a row is in more than a handful of traces.
FEW_WITH = 5
SIDES = ("Before", "After")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """What changed from one set of traces to another.

    `rows`: the key columns; TracesBefore/After (that have the row), MeanMsBefore/After (ms a trace
    of the whole set), CallsBefore/After (a trace), DifferenceMs with LowMs and HighMs (95 %), P,
    Q (P after Benjamini and Hochberg) and Verdict: `slower`, `faster`, `no_difference`, or
    `too_few`, where either side has fewer than 30 traces or a row is in fewer than 5 of both. The
    largest difference comes first; DifferenceMs sums to the whole difference.
    `whole`: the same for all time, as one row; null P where nothing can be said.
    """

    rows: pl.DataFrame
    whole: dict[str, float | int | str | None]


def compare_profiles(
    before: pl.DataFrame, before_totals: pl.DataFrame,
    after: pl.DataFrame, after_totals: pl.DataFrame,
) -> Difference:  # fmt: skip
    """Compare two profiles (KEYS, Traces, SumNs, SquaresMs, Calls) of two sets of traces.

    Totals have Traces, SumNs and SquaresMs in one row, or none for an empty set.
    """
    sizes = [int(totals["Traces"].sum()) for totals in (before_totals, after_totals)]
    sides = [_side(frame, name) for frame, name in zip((before, after), SIDES, strict=True)]
    joined = sides[0].join(sides[1], on=KEYS, how="full", coalesce=True).fill_null(0)
    tested = _tested(joined, sizes)
    tested = tested.with_columns(Q=_corrected(tested["P"])).with_columns(Verdict=_verdict(sizes))
    rows = tested.sort(pl.col("DifferenceMs").abs(), *KEYS, descending=[True, *[False] * len(KEYS)])
    return Difference(rows.select(*KEYS, *COLUMNS), _whole(before_totals, after_totals, sizes))


COLUMNS = (
    *(f"{name}{side}" for name in ("Traces", "MeanMs", "Calls") for side in SIDES),
    "DifferenceMs", "LowMs", "HighMs", "P", "Q", "Verdict",
)  # fmt: skip


def _side(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    sums = ("Traces", "SumNs", "SquaresMs", "Calls")
    return frame.group_by(*KEYS).agg(
        pl.col(name).cast(pl.Float64).sum().alias(f"{name}{side}") for name in sums
    )


def _tested(joined: pl.DataFrame, sizes: list[int]) -> pl.DataFrame:
    means, variances = zip(
        *(_moments(joined[f"SumNs{side}"], joined[f"SquaresMs{side}"], size)
          for side, size in zip(SIDES, sizes, strict=True)), strict=True,
    )  # fmt: skip
    difference = means[1] - means[0]
    half, p = _welch(difference, variances, sizes)
    return joined.with_columns(
        *(pl.Series(f"MeanMs{side}", mean) for side, mean in zip(SIDES, means, strict=True)),
        *(pl.col(f"Calls{side}") / max(size, 1) for side, size in zip(SIDES, sizes, strict=True)),
        *(pl.col(f"Traces{side}").cast(pl.UInt64) for side in SIDES),
        DifferenceMs=pl.Series(difference),
        LowMs=pl.Series(difference - half, nan_to_null=True),
        HighMs=pl.Series(difference + half, nan_to_null=True),
        P=pl.Series(p, nan_to_null=True),
    )


def _moments(sums_ns: pl.Series, squares_ms: pl.Series, size: int) -> tuple[Floats, Floats]:
    """Mean and unbiased variance of the time a trace, zeros counted."""
    mean = sums_ns.to_numpy() / 1e6 / max(size, 1)
    spread = np.maximum(squares_ms.to_numpy() - size * mean**2, 0.0)
    return mean, spread / (size - 1) if size > 1 else np.full_like(mean, np.nan)


def _welch(
    difference: Floats, variances: tuple[Floats, ...], sizes: list[int]
) -> tuple[Floats, Floats]:
    """Half the width of the interval, and the two-sided p-value; NaN where nothing varies."""
    parts = [variance / max(size, 1) for variance, size in zip(variances, sizes, strict=True)]
    squared = parts[0] + parts[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        # A difference that rounding alone explains has no meaning, however small its variance.
        squared[squared <= 1e-18 * np.maximum(difference**2, 1e-12)] = np.nan
        freedom = squared**2 / sum(
            part**2 / max(size - 1, 1) for part, size in zip(parts, sizes, strict=True)
        )
        error = np.sqrt(squared)
        p = 2 * stats.t.sf(np.abs(difference) / error, freedom)
        half = stats.t.ppf(0.5 + LEVEL / 2, freedom) * error
    return half, p


def _corrected(p: pl.Series) -> pl.Series:
    known = p.is_not_null().to_numpy()
    found = np.full(p.len(), np.nan)
    if known.any():
        found[known] = stats.false_discovery_control(np.clip(p.to_numpy()[known], 0, 1))
    return pl.Series("Q", found, nan_to_null=True)


def _verdict(sizes: list[int]) -> pl.Expr:
    with_it = pl.max_horizontal("TracesBefore", "TracesAfter")
    few = pl.lit(min(sizes) < FEW) | (with_it < FEW_WITH)
    # No variance on either side: the same in every trace, so any difference is certain.
    certain = pl.col("P").is_null() & (pl.col("DifferenceMs").abs() > 1e-6)
    told = certain | (pl.col("Q") <= 1 - LEVEL).fill_null(False)
    slower = pl.col("DifferenceMs") > 0
    return (
        pl.when(few).then(pl.lit("too_few"))
        .when(told & slower).then(pl.lit("slower"))
        .when(told).then(pl.lit("faster"))
        .otherwise(pl.lit("no_difference"))
    )  # fmt: skip


def _whole(
    before: pl.DataFrame, after: pl.DataFrame, sizes: list[int]
) -> dict[str, float | int | str | None]:
    def row(totals: pl.DataFrame) -> pl.DataFrame:
        sums = totals.select(pl.col("Traces", "SumNs", "SquaresMs").cast(pl.Float64).sum())
        texts = {name: pl.lit("") for name in KEYS}
        return sums.with_columns(**texts, Calls=pl.col("Traces"))

    joined = _side(row(before), "Before").join(_side(row(after), "After"), on=KEYS)
    tested = _tested(joined, sizes)
    judged = tested.with_columns(Q="P").with_columns(Verdict=_verdict(sizes))
    found: dict[str, float | int | str | None] = judged.select(*KEYS, *COLUMNS).to_dicts()[0]
    return found
