"""Siblings that ran one after the other and need not have."""

from __future__ import annotations

import polars as pl

from longpole.analytics.finders.columns import label, occurrences, steps
from longpole.analytics.finders.limits import FinderLimits

PARENT = ["Project", "TraceId", "ParentSpanId"]
ASIDE = ("tool", "retriever", "embedding", "reranker")
MODEL = ("llm",)


def serial_siblings(spans: pl.DataFrame, limits: FinderLimits) -> pl.DataFrame:
    """Runs of siblings on the path, each begun when the one before had ended, none using another.

    Where data shows what a span waited for, and that it was none of the run, any kind of work
    counts. Where nothing shows it, only the same tool called again does: what another tool found is
    often what the next one is called with.
    Saved is what the run took over its longest member. `spans`: of with_said().
    """
    siblings = _siblings(spans, limits)
    runs = siblings.with_columns(run=_begins(siblings).cum_sum())
    cut = runs.with_columns(again=_uses_its_run(runs))
    final = cut.with_columns(run=(_begins(siblings) | pl.Series(cut["again"])).cum_sum())
    return occurrences(_gathered(final))


def _siblings(spans: pl.DataFrame, limits: FinderLimits) -> pl.DataFrame:
    proven = pl.col("AfterEvidence").list.contains("data")
    work = pl.col("Kind").is_in(ASIDE) | (pl.col("Kind").is_in([*MODEL, "agent"]) & proven)
    on_path = pl.col("PathNs") > 0
    before = pl.col("EndNs").shift(1).over(PARENT)
    return (
        spans.filter(~pl.col("IsRoot"), pl.col("ParentSpanId") != "")
        .sort(*PARENT, "StartNs", "EndNs", "SpanId")
        .with_columns(
            works=work & on_path & ~pl.col("IsError"),
            proven=proven,
            label=label(),
            follows=(pl.col("StartNs") >= before - limits.overlap_ns).fill_null(False),
            same=(pl.col("Kind") == pl.col("Kind").shift(1).over(PARENT)).fill_null(False),
        )
    )


def _begins(siblings: pl.DataFrame) -> pl.Series:
    """Where a run begins: another parent or kind, no work, or not after the one before."""
    goes_on = (
        pl.col("works")
        & pl.col("works").shift(1).over(PARENT).fill_null(False)
        & pl.col("follows")
        & pl.col("same")
    )
    alike = pl.col("proven") | (pl.col("label") == pl.col("label").shift(1).over(PARENT))
    return siblings.select(~(goes_on & alike.fill_null(False))).to_series()


def _uses_its_run(runs: pl.DataFrame) -> pl.Series:
    """Whether a span waited, by data or link, for another of its run: the run is cut there."""
    numbered = runs.with_row_index("row")
    sources = numbered.select(*PARENT[:2], "SpanId", source_run="run")
    used = (
        numbered.select("row", "run", *PARENT[:2], "AfterSpanIds", "AfterEvidence")
        .filter(pl.col("AfterSpanIds").list.len() > 0)
        .explode("AfterSpanIds", "AfterEvidence")
        .filter(pl.col("AfterEvidence").is_in(["data", "link"]))
        .join(sources, left_on=[*PARENT[:2], "AfterSpanIds"], right_on=[*PARENT[:2], "SpanId"])
        .filter(pl.col("run") == pl.col("source_run"))
    )
    return numbered["row"].is_in(used["row"].implode())


def _gathered(runs: pl.DataFrame) -> pl.DataFrame:
    names = label().unique().sort().head(4).str.join(" + ")
    # The first may wait for whatever it likes: it is the others that could have begun with it.
    all_proven = pl.col("proven").slice(1).all()
    return (
        runs.filter("works")
        .group_by("run", "Project", "TraceId", maintain_order=True)
        .agg(
            *steps(),
            Count=pl.len(),
            What=names,
            Evidence=pl.when(all_proven).then(pl.lit("data")).otherwise(pl.lit("assumed")),
            SavedNs=pl.col("DurationNs").sum() - pl.col("DurationNs").max(),
        )
        .filter(pl.col("Count") > 1)
        .with_columns(Operation=pl.lit(""), Model=pl.lit(""))
    )
