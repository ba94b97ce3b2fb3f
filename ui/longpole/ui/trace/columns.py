"""What the waterfall component is fed: one array a field, spans in depth-first order.

Times are microseconds after the trace's first span, as floats; texts are numbers into tables, so
that 50,000 spans stay a few megabytes. assets/waterfall_model.js reads exactly these names.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from longpole.ui.trace.order import TreeOrder, depth_first, keep_most_telling, parent_rows
from longpole.ui.trace.path import Breakdown
from longpole.ui.trace.words import flag

MAX_ROWS = 50_000
ERROR, ON_PATH, ROOT, DETACHED = 1, 2, 4, 8
NAME_LIMIT = 300
Columns = dict[str, Any]


def waterfall_columns(
    trace_id: str, version: str, spans: pl.DataFrame, path: pl.DataFrame, limit: int = MAX_ROWS
) -> Columns:
    """The component's columns for spans and the path parts of every root.

    `path` needs SpanId, StartNs, EndNs, Evidence and Row (the row of the path table, -1: of
    another root). `slack` is null where nothing waits for the span; `detached` work is marked.
    Beyond `limit` spans the path, then errors, then the upper levels are kept, always with all
    their ancestors; `hidden` counts what was left out below a span.
    """
    order = depth_first(parent_rows(spans), spans["StartNs"].to_numpy())
    on_path = spans["SpanId"].is_in(path["SpanId"].implode()).to_numpy()
    kept = keep_most_telling(order, _rank(spans, order, on_path), limit)
    ordered = spans[order.rows[kept]]
    origin = int(ordered["StartNs"].min())  # type: ignore[arg-type]
    return {
        "trace": trace_id,
        "version": version,
        "origin": origin // 1_000_000,
        "range": _range_us(spans, origin),
        "total": spans.height,
        "ids": [text[:64] for text in ordered["SpanId"]],
        "start": _micros(ordered["StartNs"] - origin),
        "duration": _micros(ordered["DurationNs"].cast(pl.Int64)),
        "first": _micros((ordered["TtftS"].fill_null(-1e-9) * 1e9).round()),
        **_room(ordered),
        "mark": _marks(ordered, on_path[order.rows[kept]]),
        **_texts(ordered),
        **_tree(order, kept),
        "sections": _sections(ordered, path, origin),
        "after": _proven(ordered),
    }


def path_parts(breakdown: Breakdown | None, sections: pl.DataFrame) -> pl.DataFrame:
    """Sections of all roots for the waterfall; those of the answered root know their table row."""
    wanted = ["SpanId", "StartNs", "EndNs", "Evidence", "Row"]
    answered = breakdown.root if breakdown else ""
    others = sections.filter(pl.col("RootSpanId") != answered).select(
        "SpanId", "StartNs", "EndNs", pl.col("Evidence").cast(pl.String),
        pl.lit(-1, pl.Int64).alias("Row"),
    )  # fmt: skip
    if breakdown is None:
        return others
    own = breakdown.parts.select(wanted).cast({"Row": pl.Int64, "Evidence": pl.String})
    return pl.concat([own, others])


def _rank(spans: pl.DataFrame, order: TreeOrder, on_path: np.ndarray) -> np.ndarray:
    depth = np.empty(len(order.rows), np.int64)
    depth[order.rows] = order.depth
    rank = depth + 2
    rank[spans["IsError"].to_numpy()] = 1
    rank[on_path] = 0
    return rank


def _range_us(spans: pl.DataFrame, origin: int) -> float:
    last = int((spans["StartNs"] + spans["DurationNs"].cast(pl.Int64)).max())  # type: ignore[arg-type]
    return max((last - origin) / 1000, 0.001)


def _micros(ns: pl.Series) -> list[float]:
    """Microseconds with ns kept; whole numbers where possible, to save bytes."""
    return [int(us) if us == int(us) else us for us in (ns / 1000).round(3).to_list()]


def _marks(spans: pl.DataFrame, on_path: np.ndarray) -> list[int]:
    detached = spans["Flags"].list.contains("detached").to_numpy()
    bits = (
        spans["IsError"].to_numpy() * ERROR + on_path * ON_PATH
        + spans["IsRoot"].to_numpy() * ROOT + detached * DETACHED
    )  # fmt: skip
    marks: list[int] = bits.tolist()
    return marks


def _room(spans: pl.DataFrame) -> Columns:
    """Slack and drag in microseconds; empty lists where the spans were read without them."""
    if "SlackNs" not in spans.columns:
        return {"slack": [], "drag": []}
    slack = (spans["SlackNs"] / 1000).round(3).to_list()
    return {"slack": slack, "drag": _micros(spans["DragNs"])}


def _texts(spans: pl.DataFrame) -> Columns:
    detail = pl.when(pl.col("Model") != "").then("Model").otherwise("ToolName")
    texts = spans.select(
        name=pl.col("Name").str.slice(0, NAME_LIMIT),
        service="Service",
        kind="Kind",
        note=_badges(spans["Flags"]),
        detail=pl.when(detail == pl.col("Name")).then(pl.lit("")).otherwise(detail),
    )
    found: Columns = {}
    for name in texts.columns:
        table = texts[name].unique(maintain_order=True)
        numbers = pl.DataFrame({name: table}).with_row_index("number")
        coded = texts.select(name).join(numbers, on=name, how="left", maintain_order="left")
        found[name] = coded["number"].to_list()
        found[f"{name}s"] = table.to_list()
    return found


def _badges(flags: pl.Series) -> pl.Series:
    """What is wrong with each span, in words."""
    names = flags.list.join(" ")
    said = {text: ", ".join(flag(name)[0] for name in text.split()) for text in names.unique()}
    return names.replace_strict(said, return_dtype=pl.String)


def _tree(order: TreeOrder, kept: np.ndarray) -> Columns:
    """Depth, subtree size and left-out descendants of the kept spans."""
    is_kept = np.zeros(len(order.rows), np.int64)
    is_kept[kept] = 1
    before = np.concatenate([[0], np.cumsum(is_kept)])
    size = before[kept + order.size[kept]] - before[kept]
    hidden = np.zeros(len(order.rows), np.int64)
    lost = np.flatnonzero((is_kept == 0) & (order.parent >= 0))
    tops = lost[is_kept[order.parent[lost]] == 1]
    np.add.at(hidden, order.parent[tops], order.size[tops])
    below = hidden[kept]
    rows = np.flatnonzero(below)
    return {
        "depth": order.depth[kept].tolist(),
        "size": size.tolist(),
        "hidden": {"row": rows.tolist(), "count": below[rows].tolist()},
    }


def _proven(ordered: pl.DataFrame) -> Columns:
    """Rows that provably waited (`row`) for other rows (`source`), and how that is known."""
    if "AfterSpanIds" not in ordered.columns:
        return {"row": [], "source": [], "evidence": []}
    lists = ["AfterSpanIds", "AfterEvidence"]
    index = ordered.select("SpanId").with_row_index("Source")
    hops = (
        ordered.select(lists)
        .with_row_index("At")
        .filter(pl.col("AfterSpanIds").list.len() > 0)
        .explode(lists)
        .filter(pl.col("AfterEvidence").is_in(["data", "link"]))
        .join(index, left_on="AfterSpanIds", right_on="SpanId", maintain_order="left")
    )
    return {
        "row": hops["At"].to_list(),
        "source": hops["Source"].to_list(),
        "evidence": hops["AfterEvidence"].cast(pl.String).to_list(),
    }


def _sections(ordered: pl.DataFrame, path: pl.DataFrame, origin: int) -> Columns:
    index = ordered.select("SpanId").with_row_index("At")
    found = path.join(index, on="SpanId", how="inner").sort("At", "StartNs", "EndNs")
    return {
        "row": found["At"].to_list(),
        "start": _micros(found["StartNs"] - origin),
        "end": _micros(found["EndNs"] - origin),
        "group": found["Row"].to_list(),
        "evidence": found["Evidence"].fill_null("").to_list(),
    }
