"""The critical path of each root as one row, and its time by kind."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly.columns import PATH_SECTIONS, SECTION_TEXTS
from longpole.analytics.assembly.grown import Grown, take
from longpole.analytics.critical_path import Swept, completion_ns, work_ns

KIND_NS = pl.Map(pl.String, pl.UInt64)


def build_paths(grown: Grown, swept: Swept, facts: pl.DataFrame) -> pl.DataFrame:
    """The rows of path_sections, by trace id and root id."""
    root = grown.forest.root[swept.span]
    sections = pl.DataFrame(swept.section_columns()).with_columns(
        pl.Series("SpanId", facts["SpanId"][swept.span]),
        *(pl.Series(name, facts[name][swept.span]) for name in SECTION_TEXTS),
        Peer=take(facts["Service"], swept.peer),
    )
    lists = (
        sections.rename(lambda name: f"Sections.{name}")
        .with_columns(root=pl.Series(root))
        .group_by("root", maintain_order=True)
        .agg(pl.all())
    )
    roots = facts[lists["root"].to_numpy()].select(
        "Project", "Start", "TraceId", "DurationNs", "Service", "Environment", "Release", "Version",
        RootName="Name", RootSpanId="SpanId",
    )  # fmt: skip
    rows = roots.hstack(lists.drop("root")).with_columns(IsDeleted=pl.lit(0, pl.UInt8))
    return rows.select(*PATH_SECTIONS).cast(PATH_SECTIONS)


def main_totals(grown: Grown, swept: Swept, facts: pl.DataFrame) -> pl.DataFrame:
    """`trace` (number), and of its main root PathKindNs, WorkNs and CompletionNs."""
    root = grown.main
    totals = pl.DataFrame(
        {
            "trace": np.arange(root.size),
            "WorkNs": work_ns(grown.forest, swept)[root],
            "CompletionNs": completion_ns(grown.forest, swept)[root],
        }
    )
    kinds = _time_by_kind(grown, swept, facts)
    return totals.join(kinds, on="trace", how="left", maintain_order="left")


def _time_by_kind(grown: Grown, swept: Swept, facts: pl.DataFrame) -> pl.DataFrame:
    """`trace` (number) and PathKindNs: the time on the main root's path, by kind of span."""
    root, trace = grown.forest.root[swept.span], grown.trace[swept.span]
    parts = pl.DataFrame(
        {
            "trace": trace,
            "of_main": root == grown.main[trace],
            "key": facts["Kind"][swept.span],
            "value": swept.ends - swept.starts,
        }
    ).filter("of_main")
    summed = parts.group_by("trace", "key").agg(pl.col("value").sum().cast(pl.UInt64))
    return (
        summed.sort("trace", "key")
        .group_by("trace", maintain_order=True)
        .agg(PathKindNs=pl.struct("key", "value"))
        .with_columns(pl.col("PathKindNs").cast(KIND_NS))
    )
