"""The columns of the assembled frames, as of the tables they are written to."""

from __future__ import annotations

import polars as pl

TEXT = pl.String()
COUNT = pl.UInt64()
TIME = pl.Datetime("ns", "UTC")
MONEY = pl.Decimal(18, 9)
TEXTS = pl.List(pl.String)

CALL_KINDS = ("llm", "embedding", "reranker")
MODEL_KINDS = (*CALL_KINDS, "engine")
TOKENS = (
    "InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens", "ReasoningTokens",
)  # fmt: skip
# Subsets of the above: they change what a call costs, no total.
PART_TOKENS = (
    "CacheWrite1hTokens", "InputAudioTokens", "InputImageTokens", "OutputAudioTokens",
    "OutputImageTokens",
)  # fmt: skip
REPORTED = ("ReportedCostUsd", "ReportedInputCostUsd", "ReportedOutputCostUsd")
AFTER = ("AfterSpanIds", "AfterEvidence")
PHASES = ("QueueS", "PrefillS", "DecodeS")

# What assemble() reads of the table spans; times may come as UTC or without a zone.
SPANS = (
    "Project", "Service", "Environment", "Release", "Process", "Kind", "Dialect", "Operation",
    "Step", "Name", "SpanKind", "Start", "DurationNs", "TraceId", "SpanId", "ParentSpanId",
    "LinkedSpanIds", "IsError", "EndsBeforeStart", "ErrorType", "Provider", "Model", *TOKENS,
    "TotalTokens", *PART_TOKENS, *REPORTED, "ServiceTier", "Streaming", "TtftS", "TtftSource",
    *PHASES, "TpotS", "AgentName", "Workflow", "ToolName", "ToolCallId", "McpMethod", "SessionId",
    "UserId", "ResponseId", "RequestId", "Notes", "IngestedAt",
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
        "SlackNs": COUNT,
        "DragNs": COUNT,
        "Depth": pl.UInt32(),
        "IsRoot": pl.Boolean(),
        "IsError": pl.Boolean(),
        "ErrorType": TEXT,
        "Provider": TEXT,
        "Model": TEXT,
        **dict.fromkeys((*TOKENS, *PART_TOKENS), COUNT),
        "ServiceTier": TEXT,
        "UsageScope": TEXT,
        "Counted": pl.Boolean(),
        "CostUsd": MONEY,
        "CostInputUsd": MONEY,
        "CostOutputUsd": MONEY,
        "CostSource": TEXT,
        "ComputedCostUsd": MONEY,
        "PriceSource": TEXT,
        **dict.fromkeys(REPORTED, MONEY),
        "Streaming": pl.Boolean(),
        "TtftS": pl.Float64(),
        "TtftSource": TEXT,
        "TpotS": pl.Float64(),
        **dict.fromkeys(PHASES, pl.Float64()),
        "ToolName": TEXT,
        **dict.fromkeys(AFTER, TEXTS),
        "SessionId": TEXT,
        "UserId": TEXT,
        "Workflow": TEXT,
        "Flags": TEXTS,
        "Version": COUNT,
    }
)

# Of the columns SPANS those that are no column of span_facts, or of another type there.
NO_FACTS = {
    "LinkedSpanIds": TEXTS,
    "TotalTokens": COUNT,
    "EndsBeforeStart": pl.Boolean(),
    "Notes": TEXTS,
    "IngestedAt": pl.Datetime("ms", "UTC"),
}

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
        "AgentRuns": pl.UInt32(),
        **dict.fromkeys(TOKENS, COUNT),
        "CostUsd": MONEY,
        "UnpricedCalls": pl.UInt32(),
        "TtftS": pl.Float64(),
        "Services": TEXTS,
        "Agents": TEXTS,
        "Steps": TEXTS,
        "Models": TEXTS,
        "PathKindNs": pl.Map(pl.String, pl.UInt64),
        "VariantText": TEXT,
        "WorkNs": COUNT,
        "CompletionNs": COUNT,
        "Flags": TEXTS,
        "LastIngestedAt": pl.Datetime("ms", "UTC"),
        "RawSpans": COUNT,
        "LogFacts": COUNT,
        "Version": COUNT,
        "IsDeleted": pl.UInt8(),
    }
)

COUNTS = ("InputTokens", "OutputTokens", "CacheReadTokens", "CacheWriteTokens")
CLAIMS = pl.Schema(
    {
        "Project": TEXT,
        "Start": TIME,
        "TraceId": TEXT,
        "SpanId": TEXT,
        "OwnerSpanId": TEXT,
        "Service": TEXT,
        "Dialect": TEXT,
        "Kind": TEXT,
        "Name": TEXT,
        "Scope": TEXT,
        "Verdict": TEXT,
        **{f"Claimed{name}": COUNT for name in (*COUNTS, "TotalTokens")},
        **{f"Counted{name}": COUNT for name in COUNTS},
        "ClaimedCostUsd": MONEY,
        "CountedCostUsd": MONEY,
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
        **{f"Sections.{name}": TEXTS for name in (*SECTION_TEXTS, "Stack")},
        "Sections.Peer": TEXTS,
        "Version": COUNT,
        "IsDeleted": pl.UInt8(),
        "IsMain": pl.UInt8(),
        "Workflow": TEXT,
        "Agent": TEXT,
        "VariantText": TEXT,
    }
)
