"""Which services and edges hold up requests more than they did."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from longpole.analytics.critical_path.columns import Columns, check_columns
from longpole.analytics.localise_path.charges import CHARGES

COLUMNS: Columns = {name: (dtype.base_type(),) for name, dtype in CHARGES.items()}


@dataclass(frozen=True)
class Ranked:
    """Who grew most first. GrowthNs: time on paths a trace beyond what such a trace had before.

    `nodes`: Service, GrowthNs of all own time of its spans, waiting included. `edges`: Service (the
    caller), Callee, GrowthNs of the waiting alone. A node whose growth is that of its first edge
    waits for the network or for what the callee does not show; else it is slow itself.
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame


def rank_nodes_and_edges(baseline: pl.DataFrame, fault: pl.DataFrame) -> Ranked:
    """Compare charges (charges.CHARGES) of two sets of traces, group by group.

    In each group the mean time a trace is compared, and weighs as many traces as `fault` has of it.
    A group that only one of them has says nothing; a service or edge that is not charged in a trace
    had no time there. Raises InputError when a column is missing.
    """
    for charges in (baseline, fault):
        check_columns(charges, COLUMNS)
    before, after = _traces(baseline, "before"), _traces(fault, "after")
    groups = before.join(after, on="Group", how="inner")
    growth = _growth(baseline, fault, groups)
    nodes = growth.group_by("Service").agg(pl.col("GrowthNs").sum())
    return Ranked(
        nodes.sort("GrowthNs", "Service", descending=[True, False]),
        growth.filter(pl.col("Callee") != ""),
    )


def _traces(charges: pl.DataFrame, name: str) -> pl.DataFrame:
    return charges.group_by("Group").agg(pl.col("TraceId").n_unique().alias(name))


def _growth(baseline: pl.DataFrame, fault: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    by = ["Group", "Service", "Callee"]
    sums = pl.concat(
        [
            baseline.select(*by, was=pl.col("PathNs"), now=pl.lit(0, pl.Int64)),
            fault.select(*by, was=pl.lit(0, pl.Int64), now=pl.col("PathNs")),
        ]
    )
    summed = sums.group_by(by).agg(pl.col("was", "now").sum()).join(groups, on="Group")
    total = groups["after"].sum()
    grown = pl.col("now") - pl.col("was") / pl.col("before") * pl.col("after")
    return (
        summed.with_columns(GrowthNs=grown / max(total, 1))
        .group_by("Service", "Callee")
        .agg(pl.col("GrowthNs").sum())
        .sort("GrowthNs", "Service", "Callee", descending=[True, False, False])
    )
