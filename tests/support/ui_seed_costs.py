"""Calls with reported, computed and unknown costs, for the Costs page and its API."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import polars as pl

from longpole.core.prices.repricing import Repricing, save_repricing
from longpole.core.store import Store

HOSTILE = '<script>alert(1)</script>"' + "\u202e" + "m" * 3_000
MONEY = pl.Decimal(18, 9)
LIST = "genai-prices 0.2.3"
KINDS: dict[str, Any] = {
    "Start": pl.Datetime("ns", "UTC"),
    **dict.fromkeys(("InputTokens", "OutputTokens", "DurationNs", "Version"), pl.UInt64),
    **dict.fromkeys(
        ("CostUsd", "ReportedCostUsd", "ReportedInputCostUsd", "ReportedOutputCostUsd",
         "ComputedCostUsd"),
        MONEY,
    ),
}  # fmt: skip


def seed_costs(store: Store, project: str = "default", repricings: bool = True) -> None:
    """Calls that count and one that does not, of the last minute; and requests in each state."""
    calls = [
        _call("openai", "gpt-5", "reported", "0.5", "0.4", LIST, ReportedCostUsd=Decimal("0.5")),
        _call("openai", "gpt-5", "reported", "0.4", "0.4", LIST,
              ReportedInputCostUsd=Decimal("0.1"), ReportedOutputCostUsd=Decimal("0.3")),
        _call("acme", "house", "computed", "0.25", "0.25", "user"),
        _call("acme", "house", "reported", "9", None, "", Counted=False,
              ReportedCostUsd=Decimal("9")),
        _call("acme", "shed", "none", None, None, ""),
        _call("acme", "shed", "none", None, None, "", ServiceTier="flex", InputTokens=70_000),
        _call("", HOSTILE, "none", None, None, "", InputTokens=5),
        _call("acme", "failed", "none", None, None, "", InputTokens=None, OutputTokens=None),
    ]  # fmt: skip
    now = time.time_ns()
    rows = [
        {**row, "Project": project, "Start": now - number * 10**9, "SpanId": f"{number:016x}",
         "TraceId": f"{number:032x}"}
        for number, row in enumerate(calls)
    ]  # fmt: skip
    store.insert("span_facts", pl.DataFrame(rows, schema_overrides=KINDS))
    traces = pl.DataFrame(rows, schema_overrides=KINDS).select("Project", "Start", "TraceId")
    store.insert("traces", traces.with_columns(DurationNs=pl.lit(1, pl.UInt64)))
    if repricings:
        _repricings(store, now)


def _call(
    provider: str,
    model: str,
    source: str,
    cost: str | None,
    computed: str | None,
    price_list: str,
    **more: object,
) -> dict[str, object]:
    return {
        "Kind": "llm", "UsageScope": "call", "Provider": provider, "Model": model, "Counted": True,
        "InputTokens": 1_000, "OutputTokens": 100, "ServiceTier": "", "CostSource": source,
        "CostUsd": None if cost is None else Decimal(cost),
        "ComputedCostUsd": None if computed is None else Decimal(computed),
        "PriceSource": price_list, "ReportedCostUsd": None, "ReportedInputCostUsd": None,
        "ReportedOutputCostUsd": None, "DurationNs": 10**9, "Version": 1, **more,
    }  # fmt: skip


def _repricings(store: Store, now: int) -> None:
    asked: dict[str, Any] = {"since_ns": now - 86_400 * 10**9, "requested_ns": now - 60 * 10**9}
    for one in (
        Repricing("a1", "", state="done", day="2026-11-20", traces=12_000, changed_spans=400,
                  old_usd=4.5, new_usd=3.25, **asked),
        Repricing("a2", "default", state="running", day="2026-11-21", traces=50, **asked),
        Repricing("a3", "default", state="failed", failure="price 1 (a): it has no price", **asked),
        Repricing("a4", "other", **asked),
    ):  # fmt: skip
        save_repricing(store, one)
