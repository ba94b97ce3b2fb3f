"""The columns of spans that a replay reads."""

from __future__ import annotations

import polars as pl

from longpole.core.errors import InputError

SPANS = (
    "TraceId", "SpanId", "ParentSpanId", "StartNs", "DurationNs", "SpanKind", "Process", "Start",
    "Service", "Agent", "Step", "Kind", "Name", "ToolName", "Provider", "Model", "ServiceTier",
    "IsError", "InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "Counted",
    "CostUsd", "TtftS", "QueueS", "PrefillS", "Flags",
)  # fmt: skip


def check(spans: pl.DataFrame) -> None:
    """Raise InputError naming the columns that are missing."""
    missing = [name for name in SPANS if name not in spans.columns]
    if missing:
        raise InputError(f"the spans have no column {', '.join(missing)}; a what-if reads them all")
