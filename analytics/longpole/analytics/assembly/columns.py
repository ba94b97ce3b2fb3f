"""The columns of the assembled frames: those of the tables span_facts, traces, path_sections."""

from __future__ import annotations

import polars as pl

TEXT = pl.String()
COUNT = pl.UInt64()
TIME = pl.Datetime("ns", "UTC")
MONEY = pl.Decimal(18, 9)
TEXTS = pl.List(pl.String)

# What assemble() reads of the table spans; times may come as UTC or without a zone.
SPANS = (
    "Project", "Service", "Environment", "Release", "Process", "Kind", "Operation", "Step", "Name",
    "SpanKind", "Start", "DurationNs", "TraceId", "SpanId", "ParentSpanId", "IsError",
    "EndsBeforeStart", "ErrorType", "Provider", "Model", "InputTokens", "OutputTokens",
    "CacheReadTokens", "CacheWriteTokens", "ReasoningTokens", "TotalTokens",
    "ReportedCostUsd", "Streaming", "TtftS", "AgentName", "Workflow", "ToolName",
    "SessionId", "UserId", "IngestedAt",
)  # fmt: skip

TOKENS = (
    "InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "ReasoningTokens",
)  # fmt: skip

FACTS = pl.Schema(
    {
        "Project": TEXT,
        "TraceId": TEXT,
        "SpanId": TEXT,
        "ParentSpanId": TEXT,
        "RootName": TEXT,
        "Service": TEXT,
        "Environment": TEXT,
        "Release": TEXT,
        "Agent": TEXT,
        "Step": TEXT,
        "Kind": TEXT,
        "Operation": TEXT,
        "Name": TEXT,
        "SpanKind": TEXT,
        "Start": TIME,
        "DurationNs": COUNT,
        "SelfNs": COUNT,
        "PathNs": COUNT,
        "Depth": pl.UInt32(),
        "IsRoot": pl.Boolean(),
        "IsError": pl.Boolean(),
        "ErrorType": TEXT,
        "Provider": TEXT,
        "Model": TEXT,
        **dict.fromkeys(TOKENS, COUNT),
        "UsageScope": TEXT,
        "Counted": pl.Boolean(),
        "CostUsd": MONEY,
        "CostSource": TEXT,
        "ReportedCostUsd": MONEY,
        "Streaming": pl.Boolean(),
        "TtftS": pl.Float64(),
        "TpotS": pl.Float64(),
        "ToolName": TEXT,
        "SessionId": TEXT,
        "UserId": TEXT,
        "Flags": TEXTS,
        "Version": COUNT,
    }
)

TRACES = pl.Schema(
    {
        "Project": TEXT,
        "TraceId": TEXT,
        "Start": TIME,
        "DurationNs": COUNT,
        "RootSpanId": TEXT,
        "RootName": TEXT,
        "Service": TEXT,
        "Environment": TEXT,
        "Release": TEXT,
        "Workflow": TEXT,
        "Agent": TEXT,
        "SessionId": TEXT,
        "UserId": TEXT,
        "IsError": pl.Boolean(),
        "ErrorSpans": pl.UInt32(),
        "Spans": pl.UInt32(),
        "Roots": pl.UInt32(),
        "ModelCalls": pl.UInt32(),
        "ToolCalls": pl.UInt32(),
        **dict.fromkeys(TOKENS, COUNT),
        "CostUsd": MONEY,
        "UnpricedCalls": pl.UInt32(),
        "TtftS": pl.Float64(),
        "Services": TEXTS,
        "Agents": TEXTS,
        "Steps": TEXTS,
        "Models": TEXTS,
        "PathKindNs": pl.Map(pl.String, pl.UInt64),
        "Flags": TEXTS,
        "LastIngestedAt": pl.Datetime("ms", "UTC"),
        "RawSpans": COUNT,
        "LogFacts": COUNT,
        "Version": COUNT,
        "IsDeleted": pl.UInt8(),
    }
)

SECTION_TEXTS = ("Kind", "Service", "Agent", "Step", "Operation", "Model")
PATH_SECTIONS = pl.Schema(
    {
        "Project": TEXT,
        "RootName": TEXT,
        "Start": TIME,
        "TraceId": TEXT,
        "RootSpanId": TEXT,
        "DurationNs": COUNT,
        "Service": TEXT,
        "Environment": TEXT,
        "Release": TEXT,
        "Sections.SpanId": TEXTS,
        "Sections.StartNs": pl.List(pl.Int64),
        "Sections.EndNs": pl.List(pl.Int64),
        "Sections.Phase": TEXTS,
        "Sections.Evidence": TEXTS,
        **{f"Sections.{name}": TEXTS for name in SECTION_TEXTS},
        "Version": COUNT,
        "IsDeleted": pl.UInt8(),
    }
)
