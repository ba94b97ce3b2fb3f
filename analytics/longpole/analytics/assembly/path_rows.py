"""The critical path of each root as one row, its signature, and its time by kind."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.assembly.columns import PATH_SECTIONS, SECTION_TEXTS
from longpole.analytics.assembly.grown import Grown, take
from longpole.analytics.critical_path import Swept, completion_ns, work_ns
from longpole.analytics.profile.stacks import stack_texts
from longpole.analytics.profile.variants import variant_texts

GAPS = ("lead", "between", "tail")
KIND_NS = pl.Map(pl.String, pl.UInt64)


def build_paths(grown: Grown, swept: Swept, facts: pl.DataFrame) -> pl.DataFrame:
    """The rows of path_sections, by trace id and root id."""
    root = grown.forest.root[swept.span]
    sections = pl.DataFrame(swept.section_columns()).with_columns(
        pl.Series("SpanId", facts["SpanId"][swept.span]),
        *(pl.Series(name, facts[name][swept.span]) for name in SECTION_TEXTS),
        Stack=_stacks(grown, swept, facts),
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
        "Workflow", "Agent", RootName="Name", RootSpanId="SpanId",
    )  # fmt: skip
    of_root = lists["root"].to_numpy()
    rows = roots.hstack(lists.drop("root")).with_columns(
        IsMain=pl.Series(grown.main[grown.trace[of_root]] == of_root).cast(pl.UInt8),
        VariantText=_variants(grown, swept, facts)[of_root],
        IsDeleted=pl.lit(0, pl.UInt8),
    )
    return rows.select(*PATH_SECTIONS).cast(PATH_SECTIONS)


def main_variants(grown: Grown, swept: Swept, facts: pl.DataFrame) -> pl.Series:
    """The signature of each trace's main root, by number of the trace."""
    return _variants(grown, swept, facts)[grown.main]


def label(facts: pl.DataFrame) -> pl.Series:
    """What a span is called on paths: an agent by its name, anything else by its step."""
    named = pl.when((pl.col("Kind") == "agent") & (pl.col("Agent") != "")).then("Agent")
    step = pl.when(pl.col("Step") != "").then("Step").otherwise("Name")
    return facts.select(named.otherwise(step).alias("label")).to_series()


def _stacks(grown: Grown, swept: Swept, facts: pl.DataFrame) -> pl.Series:
    forest = grown.forest
    return stack_texts(forest.order, forest.parent, label(facts), swept.span)


def _variants(grown: Grown, swept: Swept, facts: pl.DataFrame) -> pl.Series:
    """A signature for each span, empty but for roots.

    Its steps are the spans that worked: in a gap no step is done, and an edge leads to one.
    """
    phase = swept.section_columns()["Phase"].cast(pl.String)
    works = ~phase.is_in([*GAPS, "edge"]).to_numpy(writable=True)
    # Sections of a root stand together, the latest first.
    place = np.flatnonzero(works)[::-1]
    span, root = swept.span[place], grown.forest.root[swept.span[place]]
    again = (np.diff(span, prepend=-1) == 0) & (np.diff(root, prepend=-1) == 0)
    order = np.argsort(root[~again], kind="stable")
    return variant_texts(root[~again][order], label(facts)[span[~again][order]], len(facts))


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
