"""What the finders take, and how what they found becomes a finding."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from longpole.analytics.detect.frames import FINDING_SCHEMA, require

CALL_SCHEMA: dict[str, pl.DataType] = {
    **{name: pl.String() for name in ("Project", "TraceId", "SpanId", "ParentSpanId", "RootName")},
    **{name: pl.String() for name in ("Service", "Agent", "Step", "Kind", "Operation", "Model")},
    "StartNs": pl.Int64(),
    "DurationNs": pl.Int64(),
    "PathNs": pl.Int64(),
    "InputTokens": pl.Float64(),
    "CostInputUsd": pl.Float64(),
    "CostUsd": pl.Float64(),
    "Counted": pl.Boolean(),
    "IsError": pl.Boolean(),
    "AskedHash": pl.String(),
    "AfterSpanIds": pl.List(pl.String()),
    "AfterEvidence": pl.List(pl.String()),
}
"""One span a row. AfterSpanIds are the spans it is known to have waited for, AfterEvidence how
(data, link, order or assumed). AskedHash is equal where the same was asked, and empty
where that is not known; PathNs is time on the critical path of the span's root."""

KEY = ["Project", "RootName", "Service", "Agent", "Step", "Operation", "Model"]
WASTE_SCHEMA: dict[str, pl.DataType] = {
    **{name: pl.String() for name in (*KEY, "TraceId")},
    "AtNs": pl.Int64(),
    "SavedNs": pl.Float64(),
    "SavedUsd": pl.Float64(),
    "Times": pl.Float64(),
    "Evidence": pl.String(),
}
"""What one request wasted at one step: path time, money, how often, and how it is known
(data or assumed)."""

FOUND_SCHEMA: dict[str, pl.DataType] = {**FINDING_SCHEMA, "ExampleTraces": pl.List(pl.String())}


@dataclass(frozen=True)
class Frames:
    """Spans of whole traces, and the days they stand for (the window, or less of a sample)."""

    calls: pl.DataFrame
    days: float

    def __post_init__(self) -> None:
        """Raise InputError unless `calls` has the columns of CALL_SCHEMA."""
        require(self.calls, CALL_SCHEMA, "the calls of the finders")
