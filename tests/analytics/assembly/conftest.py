"""Rows of the table spans from short descriptions, and prices that need no price list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from longpole.analytics.assembly import Assembled, assemble
from longpole.core.settings import Settings

BASE = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONEY = pl.Decimal(18, 9)
TEXTS = (
    "Service", "Environment", "Release", "Process", "Dialect", "Operation", "Step", "Name",
    "ErrorType", "StatusMessage", "Provider", "Framework", "RequestModel", "ResponseModel",
    "Model", "TtftSource", "AgentName", "AgentId", "Workflow", "ToolName", "ToolCallId",
    "SessionId", "UserId", "ResponseId", "RequestId", "McpMethod", "ServiceTier",
)  # fmt: skip
TOKENS = (
    "InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "ReasoningTokens",
    "TotalTokens", "CacheWrite1hTokens", "InputAudioTokens", "InputImageTokens",
    "OutputAudioTokens", "OutputImageTokens",
)  # fmt: skip
SCHEMA = pl.Schema(
    {
        "Project": pl.String(),
        **dict.fromkeys(TEXTS, pl.String()),
        "Kind": pl.String(),
        "SpanKind": pl.String(),
        "Start": pl.Datetime("ns", "UTC"),
        "DurationNs": pl.UInt64(),
        "TraceId": pl.String(),
        "SpanId": pl.String(),
        "ParentSpanId": pl.String(),
        "LinkedSpanIds": pl.List(pl.String),
        "IsError": pl.Boolean(),
        "EndsBeforeStart": pl.Boolean(),
        "ProviderInferred": pl.Boolean(),
        **dict.fromkeys(TOKENS, pl.UInt64()),
        "ReportedCostUsd": MONEY,
        "ReportedInputCostUsd": MONEY,
        "ReportedOutputCostUsd": MONEY,
        "Streaming": pl.Boolean(),
        **dict.fromkeys(("TtftS", "QueueS", "PrefillS", "DecodeS", "TpotS"), pl.Float64()),
        "Notes": pl.List(pl.String),
        "FinishReasons": pl.List(pl.String),
        "Tags": pl.List(pl.String),
        "IngestedAt": pl.Datetime("ms", "UTC"),
    }
)
DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(TEXTS, ""),
    "Project": "default", "Service": "shop", "Kind": "other", "SpanKind": "Internal",
    "TraceId": "t", "ParentSpanId": "", "LinkedSpanIds": [], "IsError": False,
    "EndsBeforeStart": False, "ProviderInferred": False, "FinishReasons": [], "Tags": [],
    "Notes": [],
    "IngestedAt": BASE,
}  # fmt: skip
Row = dict[str, Any]


class FakePrices:
    """One cent for each 1,000 tokens of a model whose name starts with `priced`."""

    def price_calls(self, calls: pl.DataFrame) -> pl.DataFrame:
        tokens = pl.sum_horizontal("InputTokens", "OutputTokens").cast(pl.Float64)
        reported = pl.col("ReportedCostUsd")
        known = pl.col("Model").str.starts_with("priced")
        computed = pl.when(known).then((tokens * 1e-5).cast(MONEY))
        source = pl.when(reported.is_not_null()).then(pl.lit("reported"))
        return calls.with_columns(
            CostUsd=pl.coalesce(reported, computed),
            CostSource=source.when(known).then(pl.lit("computed")).otherwise(pl.lit("none")),
        )


def make_spans(*rows: Row) -> pl.DataFrame:
    """Rows of the table spans. Short keys: id, parent, kind, at and lasts (ms), trace, input,
    output, model, cost; any column by its own name. A span's name is its id unless given."""
    return pl.DataFrame([_row(dict(row)) for row in rows], schema=SCHEMA)


def _row(row: Row) -> Row:
    short = {
        "id": "SpanId", "parent": "ParentSpanId", "kind": "Kind", "trace": "TraceId",
        "input": "InputTokens", "output": "OutputTokens", "model": "Model", "step": "Step",
        "agent": "AgentName",
    }  # fmt: skip
    start = BASE + timedelta(milliseconds=row.pop("at", 0))
    lasts = int(row.pop("lasts", 100) * 1_000_000)
    cost = row.pop("cost", None)
    full = {short.get(key, key): value for key, value in row.items()}
    money = None if cost is None else Decimal(str(cost))
    return {
        **DEFAULTS, "Name": full["SpanId"], "Start": start, "DurationNs": lasts,
        "ReportedCostUsd": money, **full,
    }  # fmt: skip


@pytest.fixture
def spans_of() -> Callable[..., pl.DataFrame]:
    """See make_spans."""
    return make_spans


@pytest.fixture
def prices() -> FakePrices:
    return FakePrices()


@pytest.fixture
def run(prices: FakePrices) -> Callable[..., Assembled]:
    """Assemble rows; see make_spans."""
    return lambda *rows: assemble(make_spans(*rows), prices, Settings(), 7)
