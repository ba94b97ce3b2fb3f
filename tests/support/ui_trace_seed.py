"""Whole traces for the trace page: raw spans, and what assembly makes of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl

from longpole.analytics.critical_path import PathOptions, find_paths
from longpole.core.store import Store

START_NS = 1_790_000_000 * 1_000_000_000  # 2026-09-21 14:13:20 UTC
MS = 1_000_000
TEXT_MAP = pl.Map(pl.String, pl.String)
MONEY = pl.Decimal(18, 9)


@dataclass(frozen=True)
class S:
    """One span; times in ms after START_NS."""

    id: int
    parent: int
    name: str
    kind: str
    start: float
    length: float
    service: str = "desk"
    agent: str = ""
    step: str = ""
    operation: str = ""
    model: str = ""
    tool: str = ""
    tokens: tuple[int, int] | None = None
    usd: float | None = None
    ttft: float | None = None
    error: str = ""
    process: str = "p1"
    attributes: Mapping[str, str] = field(default_factory=dict)
    events: tuple[tuple[str, float, Mapping[str, str]], ...] = ()
    links: tuple[tuple[str, str], ...] = ()


def span_id(number: int) -> str:
    return f"{number:016x}" if number else ""


def facts(trace_id: str, spans: Iterable[S]) -> pl.DataFrame:
    """The spans as columns, before anything is known of the tree."""
    rows = [
        {
            "Project": "default", "TraceId": trace_id, "SpanId": span_id(s.id),
            "ParentSpanId": span_id(s.parent), "Name": s.name, "Kind": s.kind,
            "StartNs": START_NS + round(s.start * MS), "DurationNs": round(s.length * MS),
            "Service": s.service, "Agent": s.agent, "Step": s.step or s.name,
            "Operation": s.operation, "Model": s.model, "ToolName": s.tool, "SpanKind": "Internal",
            "Process": s.process, "Provider": "openai" if s.model.startswith("gpt") else "",
            "InputTokens": s.tokens and s.tokens[0], "OutputTokens": s.tokens and s.tokens[1],
            "Counted": s.tokens is not None, "UsageScope": "call" if s.tokens else "none",
            "CostUsd": None if s.usd is None else Decimal(str(s.usd)),
            "CostSource": "none" if s.usd is None else "computed",
            "TtftS": None if s.ttft is None else s.ttft / 1000,
            "IsError": bool(s.error), "ErrorType": "ToolError" if s.error else "",
            "Release": "2026.11", "Environment": "production",
        }
        for s in spans
    ]  # fmt: skip
    types: dict[str, pl.DataType | type[pl.DataType]] = {
        "CostUsd": MONEY, "TtftS": pl.Float64, "DurationNs": pl.UInt64, "InputTokens": pl.UInt64,
        "OutputTokens": pl.UInt64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema_overrides=types, infer_schema_length=None)


def assembled(spans: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Spans and sections as the trace page's queries answer them, without a store."""
    found = find_paths(spans, PathOptions())
    names = ("Kind", "Service", "Agent", "Step", "Operation", "Model")
    known = found.sections.join(spans.select("SpanId", *names), on="SpanId", maintain_order="left")
    return spans.join(found.spans.drop("TraceId", "RootSpanId"), on="SpanId"), known


def seed_raw(store: Store, trace_id: str, spans: Iterable[S]) -> None:
    """The spans as sent; fills `otel_traces` and, through its views, what hangs on it."""
    store.insert("otel_traces", raw(trace_id, list(spans)))


def raw(trace_id: str, spans: list[S]) -> pl.DataFrame:
    """Rows of `otel_traces`."""
    times = [START_NS + round(s.start * MS) for s in spans]
    at = [[t + round(e[1] * MS) for e in s.events] for t, s in zip(times, spans, strict=True)]
    maps = pl.List(TEXT_MAP)
    return pl.DataFrame(
        {
            "Timestamp": _instants(times),
            "TraceId": [trace_id] * len(spans),
            "SpanId": [span_id(s.id) for s in spans],
            "ParentSpanId": [span_id(s.parent) for s in spans],
            "SpanName": [s.name for s in spans],
            "SpanKind": ["Internal"] * len(spans),
            "ServiceName": [s.service for s in spans],
            "ScopeName": ["desk.agents"] * len(spans),
            "ScopeVersion": ["1.2"] * len(spans),
            "Duration": pl.Series([round(s.length * MS) for s in spans], dtype=pl.UInt64),
            "StatusCode": ["Error" if s.error else "Unset" for s in spans],
            "StatusMessage": [s.error for s in spans],
            "SpanAttributes": pl.Series([dict(s.attributes) for s in spans], dtype=TEXT_MAP),
            "ResourceAttributes": pl.Series(
                [{"service.name": s.service, "host.name": "box-1"} for s in spans], dtype=TEXT_MAP
            ),
            "Events.Timestamp": pl.Series(at, dtype=pl.List(pl.Int64)).cast(
                pl.List(pl.Datetime("ns", "UTC"))
            ),
            "Events.Name": pl.Series(
                [[e[0] for e in s.events] for s in spans], dtype=pl.List(pl.String)
            ),
            "Events.Attributes": pl.Series(
                [[dict(e[2]) for e in s.events] for s in spans], dtype=maps
            ),
            "Links.TraceId": pl.Series(
                [[t for t, _ in s.links] for s in spans], dtype=pl.List(pl.String)
            ),
            "Links.SpanId": pl.Series(
                [[i for _, i in s.links] for s in spans], dtype=pl.List(pl.String)
            ),
            "Links.TraceState": pl.Series(
                [["" for _ in s.links] for s in spans], dtype=pl.List(pl.String)
            ),
            "Links.Attributes": pl.Series([[{} for _ in s.links] for s in spans], dtype=maps),
        }
    )  # fmt: skip


def seed_assembled(
    store: Store,
    trace_id: str,
    spans: pl.DataFrame,
    version: int = 1,
    growing: bool = False,
    **head: object,
) -> None:
    """Write facts, the row of `traces` and the paths, the paths found by the real sweep."""
    found = find_paths(spans, PathOptions())
    tree = found.spans.select("SpanId", "Depth", "IsRoot", "PathNs", "SelfNs", "Flags")
    whole = spans.join(tree, on="SpanId").with_columns(
        Start=pl.col("StartNs").cast(pl.Datetime("ns", "UTC")), Version=pl.lit(version, pl.UInt64)
    )
    roots = whole.filter("IsRoot").sort("StartNs")
    main = roots.sort("DurationNs", descending=True).row(0, named=True)
    whole = whole.with_columns(RootName=pl.lit(main["Name"]))
    store.insert("span_facts", whole.drop("StartNs", "Process"))
    last_ns = time.time_ns() if growing else main["StartNs"]
    store.insert("traces", _head(trace_id, whole, main, version, last_ns, head))
    store.insert("path_sections", _paths(trace_id, whole, roots, found.sections, version))


def _head(
    trace_id: str,
    spans: pl.DataFrame,
    main: Mapping[str, Any],
    version: int,
    last_ns: int,
    extra: Mapping[str, object],
) -> pl.DataFrame:
    counted = spans.filter("Counted")
    flags = spans["Flags"].explode().drop_nulls().unique().sort()
    row = {
        "Project": "default", "TraceId": trace_id, "DurationNs": main["DurationNs"],
        "RootSpanId": main["SpanId"], "RootName": main["Name"], "Service": main["Service"],
        "Environment": "production", "Release": "2026.11", "Agent": main["Agent"],
        "SessionId": "s-42", "UserId": "mara", "IsError": main["IsError"],
        "ErrorSpans": int(spans["IsError"].sum()), "Spans": spans.height,
        "Roots": int(spans["IsRoot"].sum()), "ModelCalls": counted.height,
        "ToolCalls": spans.filter(pl.col("Kind") == "tool").height,
        "InputTokens": int(counted["InputTokens"].sum()),
        "OutputTokens": int(counted["OutputTokens"].sum()),
        "UnpricedCalls": counted.filter(pl.col("CostUsd").is_null()).height,
        "RawSpans": spans.height, "Version": version, **extra,
    }  # fmt: skip
    cost = counted["CostUsd"].sum() if counted["CostUsd"].is_not_null().any() else None
    ttft = (
        counted.filter(pl.col("TtftS").is_not_null())
        .select(((pl.col("StartNs") - main["StartNs"]) / 1e9 + pl.col("TtftS")).min())
        .item()
    )
    return pl.DataFrame([row]).with_columns(
        Start=pl.lit(main["StartNs"]).cast(pl.Datetime("ns", "UTC")),
        Flags=pl.Series([flags.to_list()], dtype=pl.List(pl.String)),
        CostUsd=pl.Series([cost], dtype=MONEY),
        TtftS=pl.Series([ttft], dtype=pl.Float64),
        LastIngestedAt=pl.lit(last_ns // MS).cast(pl.Datetime("ms", "UTC")),
    )


def _paths(
    trace_id: str, spans: pl.DataFrame, roots: pl.DataFrame, sections: pl.DataFrame, version: int
) -> pl.DataFrame:
    names = ("Kind", "Service", "Agent", "Step", "Operation", "Model")
    known = sections.drop("TraceId").join(
        spans.select("SpanId", *names), on="SpanId", maintain_order="left"
    )
    texts = known.with_columns(pl.col("Phase", "Evidence").cast(pl.String))
    lists = texts.group_by("RootSpanId", maintain_order=True).agg(pl.all())
    lists = lists.rename({n: f"Sections.{n}" for n in lists.columns if n != "RootSpanId"})
    heads = roots.select(
        "Project", "Start", "DurationNs", "Service", "Environment", "Release",
        RootName="Name", RootSpanId="SpanId",
    )  # fmt: skip
    return heads.join(lists, on="RootSpanId").with_columns(
        TraceId=pl.lit(trace_id), Version=pl.lit(version, pl.UInt64)
    )


def seed_trace(store: Store, trace_id: str, spans: list[S]) -> None:
    """A trace as it is once everything is done: raw and assembled."""
    seed_raw(store, trace_id, spans)
    seed_assembled(store, trace_id, facts(trace_id, spans))


def wide(trace_id: str, count: int) -> pl.DataFrame:
    """One root with every other span directly below it, one after another."""
    number = np.arange(count)
    length = np.where(number == 0, count * MS, MS - 1000)
    return _many(
        trace_id, number, np.where(number == 0, -1, 0), np.maximum(number - 1, 0) * MS, length
    )


def deep(trace_id: str, count: int) -> pl.DataFrame:
    """Every span inside the one before."""
    number = np.arange(count)
    return _many(trace_id, number, number - 1, number * 1000, (2 * count - 2 * number) * 1000)


def _many(
    trace_id: str, number: np.ndarray, parent: np.ndarray, start: np.ndarray, length: np.ndarray
) -> pl.DataFrame:
    kinds = np.array(["agent", "llm", "tool", "retriever", "chain"])
    one = facts(trace_id, [S(1, 0, "x", "chain", 0, 1)]).select(
        pl.all().exclude("SpanId", "ParentSpanId", "Name", "Kind", "StartNs", "DurationNs", "Step")
    )
    own = pl.DataFrame(
        {
            "SpanId": [span_id(int(n) + 1) for n in number],
            "ParentSpanId": [span_id(int(p) + 1) for p in parent],
            "Name": [f"step {n % 40}" for n in number],
            "Step": [f"step {n % 40}" for n in number],
            "Kind": kinds[np.where(number == 0, 0, number % 4 + 1)],
            "StartNs": START_NS + start,
            "DurationNs": pl.Series(length).cast(pl.UInt64),
        }
    )
    return own.join(one, how="cross")


def _instants(ns: list[int]) -> pl.Series:
    return pl.Series(ns, dtype=pl.Int64).cast(pl.Datetime("ns", "UTC"))
