"""A trace as plain JSON values, for the API. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from longpole.ui.trace.order import depth_first, parent_rows
from longpole.ui.trace.queries import Trace

HIDDEN = ("Project", "IsDeleted")


def trace_payload(trace: Trace) -> dict[str, Any]:
    """The row of `traces` and its spans, depth first; times in ns since 1970, money in USD."""
    order = depth_first(parent_rows(trace.spans), trace.spans["StartNs"].to_numpy())
    spans = trace.spans[order.rows].with_columns(Depth=pl.Series(order.depth))
    return {**_named(trace.head), "spans": [_named(row) for row in spans.iter_rows(named=True)]}


def critical_path_payload(trace: Trace) -> dict[str, Any]:
    """The path of each root: sections latest first, times in ns since 1970."""
    roots = []
    for (root,), sections in trace.sections.group_by("RootSpanId", maintain_order=True):
        ordered = sections.drop("RootSpanId").reverse()
        length = int((sections["EndNs"] - sections["StartNs"]).sum())
        rows = [_named(row) for row in ordered.iter_rows(named=True)]
        roots.append({"root": root, "duration_ns": length, "sections": rows})
    return {"trace_id": trace.head["TraceId"], "roots": roots}


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    """Names as the API writes them: `DurationNs` is `duration_ns`."""
    return {_snake(name): _plain(value) for name, value in row.items() if name not in HIDDEN}


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, datetime) else value
