"""`GET /api/v1/steps`: where time and money go, step by step."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from longpole.ui import queries, state
from longpole.ui.api.query import InProject
from longpole.ui.histograms import quantile

router = APIRouter(prefix="/api/v1")


class StepQuery(InProject):
    """Parameters of the table."""

    since: Literal["1h", "24h", "7d", "all"] = "24h"
    service: str = ""
    agent: str = ""
    limit: int = Field(500, ge=1, le=5000)


class StepRow(BaseModel):
    """One step. Quantiles of spans come from histograms and are less than 10 % off.

    Those of metrics are estimates, as exact as the buckets the program chose.
    """

    source: Literal["spans", "metrics"] = Field(
        description="`metrics`: calls that no span of the time range tells of, of one service, "
        "operation and model; never added to those of spans"
    )
    service: str
    agent: str
    step: str
    kind: str
    model: str = Field(description="of a row from metrics; empty for steps of spans")
    calls: int
    errors: int
    p50_ns: float | None
    p95_ns: float | None
    ttft_p50_ns: float | None
    tpot_p50_ns: float | None = Field(description="time per output token after the first")
    path_ns: int
    path_share: float = Field(description="share of all critical-path time of the answer")
    model_calls: int
    unpriced_calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None = Field(description="null: no call of this step has a price")


class Steps(BaseModel):
    """Steps, the largest part of the critical path first, those known only from metrics last."""

    from_ns: int
    to_ns: int
    steps: list[StepRow]


@router.get("/steps")
async def steps(wanted: Annotated[StepQuery, Query()]) -> Steps:
    """Steps of a time range, from five-minute rows of spans and, where none are, of metrics."""
    window = state.window(wanted.since)
    found = await queries.steps(window, wanted.service, wanted.agent, wanted.limit)
    whole = max(int(found["PathNs"].sum()), 1)
    rows = [_row(row, whole) for row in found.to_dicts()]
    return Steps(from_ns=window.start_ns, to_ns=window.end_ns, steps=rows)


def _row(row: dict[str, Any], whole: int) -> StepRow:
    priced = row["ModelCalls"] > row["UnpricedCalls"]
    return StepRow(
        source=row["Source"], model=row["OnlyModel"], service=row["Service"],
        agent=row["Agent"], step=row["Step"], kind=row["Kind"],
        calls=row["Calls"], errors=row["Errors"],
        p50_ns=quantile(row["DurationHist"], 0.5), p95_ns=quantile(row["DurationHist"], 0.95),
        ttft_p50_ns=quantile(row["TtftHist"], 0.5), tpot_p50_ns=quantile(row["TpotHist"], 0.5),
        path_ns=row["PathNs"], path_share=row["PathNs"] / whole,
        model_calls=row["ModelCalls"], unpriced_calls=row["UnpricedCalls"],
        input_tokens=row["InputTokens"], output_tokens=row["OutputTokens"],
        cost_usd=row["CostUsd"] if priced else None,
    )  # fmt: skip
