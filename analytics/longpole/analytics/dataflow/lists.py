"""Edges as they are stored: for each span the spans that it came after, and how that is known."""

from __future__ import annotations

import numpy as np
import polars as pl

from longpole.analytics.critical_path import DATA, LINK, Edges, Forest, Swept
from longpole.analytics.critical_path.path_kernels import EVIDENCE

NAMES = {DATA: "data", LINK: "link"}
BY_TIME = ("order", "assumed")


def after_lists(forest: Forest, edges: Edges, swept: Swept, ids: pl.Series) -> dict[str, pl.Series]:
    """AfterSpanIds and AfterEvidence of each span; `ids` are the span ids in the forest's order.

    First what is proven, then what the path itself took for its predecessor by time alone.
    """
    size = forest.parent.size
    target = np.repeat(np.arange(size), np.diff(edges.begin))
    proven = pl.DataFrame(
        {"target": target, "source": edges.source, "how": pl.Series(edges.evidence)}
    ).with_columns(how=pl.col("how").replace_strict(NAMES, return_dtype=pl.String))
    taken = _path_order(forest, swept).join(proven, on=["target", "source"], how="anti")
    grouped = (
        pl.concat([proven, taken])
        .with_columns(id=ids[pl.concat([proven, taken])["source"].to_numpy()])
        .group_by("target", maintain_order=True)
        .agg(AfterSpanIds="id", AfterEvidence="how")
    )
    listed = pl.DataFrame({"target": np.arange(size)}).join(
        grouped, on="target", how="left", maintain_order="left"
    )
    empty = pl.lit([], pl.List(pl.String))
    filled = listed.select(
        pl.col(name).fill_null(empty).alias(name) for name in ("AfterSpanIds", "AfterEvidence")
    )
    return {name: filled[name] for name in filled.columns}


def _path_order(forest: Forest, swept: Swept) -> pl.DataFrame:
    """On the path each span after the sibling that is before it, where only times say so."""
    on_path = np.unique(swept.span)
    hop = np.zeros(forest.parent.size, np.uint8)
    hop[swept.span] = swept.evidence
    siblings = pl.DataFrame(
        {
            "target": on_path,
            "parent": forest.parent[on_path],
            "end": swept.end[on_path],
            "start": swept.start[on_path],
            "how": pl.Series(hop[on_path]).cat.to(pl.Enum(EVIDENCE)).cast(pl.String),
        }
    ).filter(pl.col("parent") >= 0)
    ordered = siblings.sort("parent", "end", "start", "target").with_columns(
        source=pl.col("target").shift(1).over("parent"),
        # Clipping and skew correction say what was done to times: the order is by time still.
        how=pl.when(pl.col("how").is_in(["clipped", "skew"]))
        .then(pl.lit("order"))
        .otherwise("how"),
    )
    return ordered.filter(pl.col("source").is_not_null() & pl.col("how").is_in(BY_TIME)).select(
        "target", "source", "how"
    )
