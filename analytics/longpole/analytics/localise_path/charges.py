"""Whom the time on a path is charged to: a service, or the edge from a caller to a callee."""

from __future__ import annotations

import polars as pl

CHARGES = pl.Schema(
    {
        "TraceId": pl.String(),
        "Group": pl.String(),
        "Service": pl.String(),
        "Callee": pl.String(),
        "PathNs": pl.Int64(),
    }
)
ON = ["TraceId", "SpanId"]


def charge(spans: pl.DataFrame, sections: pl.DataFrame) -> pl.DataFrame:
    """Charges (CHARGES) of the paths in `sections` (TraceId, SpanId, StartNs, EndNs).

    `spans` has TraceId, SpanId, ParentSpanId, Service and Operation. The own time of a span whose
    children all run in one other service is waiting for that service: it is the edge's, whose
    `Callee` is named. All other time is the service's own; its Callee is empty. Only traces with
    the same operation of the earliest root and the same services are alike: their `Group`.
    """
    named = sections.join(spans.select(*ON, "Service"), on=ON, how="inner")
    charged = named.join(_callees(spans), on=ON, how="left").join(_groups(spans), on="TraceId")
    return (
        charged.with_columns(pl.col("Callee").fill_null(""), Ns=pl.col("EndNs") - pl.col("StartNs"))
        .group_by("TraceId", "Group", "Service", "Callee")
        .agg(PathNs=pl.col("Ns").sum())
        .sort("TraceId", "Service", "Callee")
        .cast(CHARGES)
    )


def _callees(spans: pl.DataFrame) -> pl.DataFrame:
    parents = spans.select("TraceId", "Service", SpanId="SpanId")
    children = spans.select("TraceId", SpanId="ParentSpanId", Callee="Service")
    return (
        parents.join(children, on=ON, how="inner")
        .group_by(*ON)
        .agg(
            pl.col("Callee").first(),
            one=pl.col("Callee").n_unique() == 1,
            other=(pl.col("Callee") != pl.col("Service")).all(),
        )
        .filter("one", "other")
        .select(*ON, "Callee")
    )


def _groups(spans: pl.DataFrame) -> pl.DataFrame:
    is_root = ~pl.struct("TraceId", "ParentSpanId").is_in(
        spans.select(pl.struct("TraceId", ParentSpanId="SpanId")).to_series().implode()
    )
    roots = (
        spans.filter(is_root)
        .sort("TraceId", "StartNs", "SpanId")
        .group_by("TraceId", maintain_order=True)
        .agg(root=pl.col("Operation").first())
    )
    services = spans.group_by("TraceId").agg(
        services=pl.col("Service").unique().sort().str.join(", ")
    )
    return roots.join(services, on="TraceId").select(
        "TraceId", Group=pl.concat_str("root", "services", separator=": ")
    )
