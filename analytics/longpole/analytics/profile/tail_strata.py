"""From rows of two bands to the arrays that tail attribution splits."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.profile.tail_split import Floats, Strata

STRATUM = ["RootName", "Shape"]
STEP = ["Service", "Agent", "Step", "Kind", "Part"]
REST = "(other paths)"
# A shape is a stratum of its own if both bands have this many traces of it; else every rare shape
# would count as mix, also where it differs from another in chance alone.
FEW = 5
MOST = 50


def stratify(
    middle_traces: pl.DataFrame, middle_parts: pl.DataFrame,
    tail_traces: pl.DataFrame, tail_parts: pl.DataFrame, groups: int,
) -> Strata:  # fmt: skip
    """Number strata and steps, rare shapes of an operation together, and sum by group."""
    traces, parts = [middle_traces, tail_traces], [middle_parts, tail_parts]
    known = _common(traces)
    traces = [_named(frame, known) for frame in traces]
    parts = [_named(frame, known) for frame in parts]
    names = pl.concat([frame.select(STRATUM) for frame in traces]).unique().sort(STRATUM)
    names = names.with_row_index("stratum")
    steps = pl.concat([frame.select(*STRATUM, *STEP) for frame in parts]).unique()
    steps = steps.join(names, on=STRATUM).sort("stratum", *STEP).with_row_index("step")
    traces = [frame.join(names, on=STRATUM) for frame in traces]
    parts = [frame.join(steps, on=[*STRATUM, *STEP]) for frame in parts]

    def both(frames: list[pl.DataFrame], index: str, value: str) -> tuple[Floats, Floats]:
        size = names.height if index == "stratum" else steps.height
        made = [_summed(frame, index, value, size, groups) for frame in frames]
        return made[0], made[1]

    return Strata(
        names.drop("stratum"), steps.select(*STRATUM, *STEP),
        steps["stratum"].cast(pl.Int64).to_numpy(), (steps["Part"] == "gap").to_numpy(),
        both(traces, "stratum", "Traces"), both(traces, "stratum", "SumNs"),
        both(parts, "step", "Turns"), both(parts, "step", "SumNs"),
    )  # fmt: skip


def _common(traces: list[pl.DataFrame]) -> pl.DataFrame:
    """Shapes that are strata of their own: those of both bands, and frequent ones of either."""
    sums = [
        frame.group_by(STRATUM).agg(pl.col("Traces").sum().cast(pl.Int64).alias(f"of_{side}"))
        for side, frame in enumerate(traces)
    ]
    joined = sums[0].join(sums[1], on=STRATUM, how="full", coalesce=True).fill_null(0)
    least = pl.min_horizontal("of_0", "of_1")
    most = pl.max_horizontal("of_0", "of_1")
    all_of = pl.max_horizontal(pl.col("of_0").sum(), pl.col("of_1").sum())
    frequent = joined.filter((least >= FEW) | (most >= pl.max_horizontal(4 * FEW, all_of // 20)))
    return frequent.sort(most, *STRATUM, descending=[True, False, False]).head(MOST).select(STRATUM)


def _named(frame: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    marked = frame.join(
        known.with_columns(known=True), on=STRATUM, how="left", maintain_order="left"
    )
    shape = pl.when(pl.col("known").is_not_null()).then("Shape").otherwise(pl.lit(REST))
    return marked.with_columns(Shape=shape).drop("known")


def _summed(frame: pl.DataFrame, index: str, value: str, size: int, groups: int) -> Floats:
    place = (
        frame[index].cast(pl.Int64).to_numpy() * groups + frame["Draw"].cast(pl.Int64).to_numpy()
    )
    values = frame[value].cast(pl.Float64).to_numpy()
    summed: Floats = np.bincount(place, values, size * groups).astype(np.float64)
    return summed.reshape(size, groups)
