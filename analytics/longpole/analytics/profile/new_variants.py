"""Paths that a root operation did not use to take: new variants, and variants that grow.

The share of a variant in the recent traces of its operation is compared with its share before by
Fisher's exact test, one-sided. All variants of a pass are tested at once, so p-values are corrected
for the false discovery rate (Y. Benjamini, Y. Hochberg, J. R. Stat. Soc. B 57, 1995).
"""

from __future__ import annotations

import polars as pl
from scipy import stats

from longpole.analytics.detect.frames import CALM_SCHEMA, Detection
from longpole.analytics.finders.findings import FOUND_SCHEMA
from longpole.analytics.profile.variant_finding import DETECTOR, finding
from longpole.analytics.profile.variant_limits import HOUR_NS, Split, VariantLimits
from longpole.core.errors import InputError

OPERATION = ["Project", "Service", "Agent", "RootName"]
COUNTS: dict[str, pl.DataType] = {
    **{name: pl.String() for name in (*OPERATION, "Name", "Text")},
    "IsRecent": pl.Boolean(),
    "Traces": pl.Int64(),
    "SumNs": pl.Float64(),
    "Priced": pl.Int64(),
    "SumUsd": pl.Float64(),
    "FirstNs": pl.Int64(),
    "LastNs": pl.Int64(),
    "ExampleTraces": pl.List(pl.String()),
}
"""One row a root operation, variant (Name; empty: all rare ones) and side of the split: the columns
of jobs/find_variants.sql. SumUsd is of the Priced traces."""


def find_new_variants(
    counts: pl.DataFrame, split: Split, limits: VariantLimits | None = None
) -> Detection:
    """One finding (FOUND_SCHEMA) a root operation with new or growing variants.

    `counts`: COUNTS. Calm are operations that were judged and have none; one whose baseline is too
    short (learning), or with too few recent traces, is neither. Raises InputError when a column is
    missing.
    """
    bounds = limits or VariantLimits()
    missing = [name for name in COUNTS if name not in counts.columns]
    if missing:
        raise InputError(f"counts of variants lack the columns {', '.join(missing)}")
    judged = _judged(_sides(counts.select(pl.col(n).cast(t) for n, t in COUNTS.items())), bounds)
    tested = _tested(judged, bounds)
    told = tested.filter(pl.col("What") != "").select(*OPERATION).unique()
    rows = [
        finding(of, split, bounds)
        for of in tested.join(told, on=OPERATION, how="semi").partition_by(OPERATION)
    ]
    found = pl.DataFrame(rows, schema=FOUND_SCHEMA, orient="row")
    return Detection(found, _calm(judged.join(told, on=OPERATION, how="anti")))


def _sides(counts: pl.DataFrame) -> pl.DataFrame:
    """One row an operation and variant, what was before in columns Old…; zero where there is none.

    Of the operation: All and OldAll (traces), OldFirstNs and OldLastNs.
    """
    key = [*OPERATION, "Name"]
    now = counts.filter("IsRecent").drop("IsRecent")
    old = counts.filter(~pl.col("IsRecent")).drop("IsRecent", "ExampleTraces")
    old = old.rename({name: f"Old{name}" for name in old.columns if name not in key})
    sums = ["Traces", "SumNs", "Priced", "SumUsd"]
    joined = now.join(old, on=key, how="full", coalesce=True).with_columns(
        pl.col(*sums, *(f"Old{name}" for name in sums)).fill_null(0),
        Text=pl.coalesce("Text", "OldText"),
    )
    return joined.with_columns(
        All=pl.col("Traces").sum().over(OPERATION),
        OldAll=pl.col("OldTraces").sum().over(OPERATION),
        OldFirstNs=pl.col("OldFirstNs").min().over(OPERATION),
        OldLastNs=pl.col("OldLastNs").max().over(OPERATION),
    )


def _judged(variants: pl.DataFrame, limits: VariantLimits) -> pl.DataFrame:
    hours = (pl.col("OldLastNs") - pl.col("OldFirstNs")) / HOUR_NS
    return variants.filter(
        pl.col("All") >= limits.traces,
        pl.col("OldAll") >= limits.baseline_traces,
        hours >= limits.baseline_hours,
    ).with_columns(
        Share=pl.col("Traces") / pl.col("All"), OldShare=pl.col("OldTraces") / pl.col("OldAll")
    )


def _tested(variants: pl.DataFrame, limits: VariantLimits) -> pl.DataFrame:
    """Adds What: `new`, `growing` or empty; rare variants together are never told."""
    named = (pl.col("Name") != "") & (pl.col("Traces") + pl.col("OldTraces") >= limits.rare)
    tested = variants.filter(named)
    # P(at least so many of the recent traces take it), were all traces of it spread by chance.
    p = stats.hypergeom.sf(
        tested["Traces"].to_numpy() - 1, (tested["All"] + tested["OldAll"]).to_numpy(),
        (tested["Traces"] + tested["OldTraces"]).to_numpy(), tested["All"].to_numpy(),
    )  # fmt: skip
    q = stats.false_discovery_control(p.clip(0, 1)) if p.size else p
    judged = tested.with_columns(Q=pl.Series(q, dtype=pl.Float64)).with_columns(What=_what(limits))
    return pl.concat([judged, variants.filter(~named)], how="diagonal").with_columns(
        pl.col("What").fill_null("")
    )


def _what(limits: VariantLimits) -> pl.Expr:
    now, before = pl.col("Share"), pl.col("OldShare")
    significant = pl.col("Q") <= limits.q
    new = (before <= limits.absent_share) & (now >= limits.new_share)
    # What was there is growing; what never was is new or nothing.
    grew = (before > 0) & (now >= limits.growing_share) & (now >= limits.growth * before)
    return (
        pl.when(significant & new).then(pl.lit("new"))
        .when(significant & grew).then(pl.lit("growing"))
        .otherwise(pl.lit(""))
    )  # fmt: skip


def _calm(judged: pl.DataFrame) -> pl.DataFrame:
    keys = judged.select(*OPERATION).unique()
    return keys.select(
        "Project", "Service", "Agent", Detector=pl.lit(DETECTOR), Step=pl.lit(""),
        Operation="RootName", Model=pl.lit(""), Direction=pl.lit("up"),
    ).select(CALM_SCHEMA.keys())  # fmt: skip
