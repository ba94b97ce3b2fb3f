"""Spans together with their trees: what the steps of assembly pass on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from longpole.analytics.assembly import kernels
from longpole.analytics.assembly.kernels import Ints
from longpole.analytics.critical_path import Forest, plant

NO_PARENT = ("", "0" * 16)


@dataclass(frozen=True)
class Grown:
    """Row i of `spans` is span i of `forest`; `main` is the main root of each trace."""

    spans: pl.DataFrame
    forest: Forest
    trace: Ints
    main: Ints
    has_root: pl.Series

    def __getitem__(self, column: str) -> pl.Series:
        return self.spans[column]


def grow(spans: pl.DataFrame) -> Grown:
    """Build the trees of rows of the table spans; a trace belongs to one project."""
    key = pl.concat_str("Project", "TraceId", separator="\0")
    columns = spans.select(
        TraceId=key if spans["Project"].n_unique() > 1 else pl.col("TraceId"),
        SpanId="SpanId",
        ParentSpanId="ParentSpanId",
        LinkedSpanIds="LinkedSpanIds",
        SpanKind="SpanKind",
        Process="Process",
        StartNs=pl.col("Start").cast(pl.Int64),
        DurationNs="DurationNs",
        IngestedAt="IngestedAt",
    )
    forest = plant(columns)
    spans = spans[forest.rows]
    real = (forest.parent < 0) & spans["ParentSpanId"].is_in(NO_PARENT).to_numpy(writable=True)
    main = kernels.main_roots(forest.offsets, forest.parent, real, forest.start)
    return Grown(spans, forest, forest.trace, main, pl.Series(real[main]))


def take(values: pl.Series, index: Ints, missing: object = "") -> pl.Series:
    """values[index], and `missing` where the index is negative."""
    taken = values[np.maximum(index, 0)] if len(values) else values
    found = pl.Series(index >= 0)
    return pl.select(pl.when(found).then(taken).otherwise(pl.lit(missing))).to_series()
