"""`GET /api/v1/traces/{id}/reconciliation` and `/api/v1/reconciliation`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from longpole.ui import reconciliation
from longpole.ui.api.query import InProject
from longpole.ui.api.rows import as_json
from longpole.ui.api.trace import assembled

router = APIRouter(prefix="/api/v1")
Verdict = Literal["equal", "more", "less", "only"]


class TraceClaimsQuery(InProject):
    """Parameters of the claims of a trace."""

    limit: int = Field(1000, ge=1, le=10_000)


class DaysQuery(InProject):
    """Parameters of the claims by day."""

    since: Literal["1h", "24h", "7d", "all"] = "7d"
    limit: int = Field(1000, ge=1, le=10_000)


class Claim(BaseModel):
    """What a span says of usage that it is not counted for, or that is a sum."""

    span_id: str
    owner_span_id: str = Field(
        description="the span that is counted in its place; empty: all that are counted below it"
    )
    service: str
    dialect: str
    kind: str
    name: str
    scope: Literal["aggregate", "duplicate"] = Field(
        description="a sum over other spans, or one more report of a call"
    )
    verdict: Verdict = Field(
        description="it says as much as is counted, more, or less; `only`: it is counted itself, "
        "because no span below it says anything"
    )
    claimed_input_tokens: int | None
    claimed_output_tokens: int | None
    claimed_cache_read_tokens: int | None
    claimed_cache_write_tokens: int | None
    claimed_total_tokens: int | None
    counted_input_tokens: int
    counted_output_tokens: int
    counted_cache_read_tokens: int
    counted_cache_write_tokens: int
    claimed_cost_usd: float | None = Field(description="as the span reports it")
    counted_cost_usd: float | None = Field(description="null: no counted call has a price")


class TraceClaims(BaseModel):
    """The claims of a trace, those that disagree first."""

    trace_id: str
    claims: list[Claim]


class DayOfClaims(BaseModel):
    """All claims of a day, a service and a dialect.

    Tokens are input and output, of each claim those that it says. A trace with sums on several
    levels makes several claims for the same tokens.
    """

    day: str = Field(description="UTC")
    service: str
    dialect: str
    traces: int
    claims: int
    equal: int
    more: int
    less: int
    only: int
    claimed_tokens: int
    counted_tokens: int
    difference_tokens: int = Field(description="claimed without counted")
    claimed_usd: float | None = Field(
        description="of claims where both claimed and counted cost are known; null: there is none"
    )
    counted_usd: float | None
    difference_usd: float | None


class ClaimsByDay(BaseModel):
    """The latest day first."""

    days: list[DayOfClaims]


@router.get("/traces/{trace_id}/reconciliation")
async def of_trace(trace_id: str, wanted: Annotated[TraceClaimsQuery, Query()]) -> TraceClaims:
    """What parents and repeated reports claim, against what is counted in their place."""
    found = await assembled(trace_id)
    starts = found.spans["StartNs"]
    rows = await reconciliation.claims_of_trace(
        found.head["TraceId"], int(starts.sort()[0]), int(starts.sort()[-1]), wanted.limit
    )
    claims = [Claim.model_validate(as_json(row)) for row in rows]
    return TraceClaims(trace_id=found.head["TraceId"], claims=claims)


@router.get("/reconciliation")
async def by_day(wanted: Annotated[DaysQuery, Query()]) -> ClaimsByDay:
    """Claims against what is counted, by day, service and dialect."""
    rows = await reconciliation.claims_by_day(wanted.since, wanted.limit)
    return ClaimsByDay(days=[DayOfClaims.model_validate(as_json(row)) for row in rows])
