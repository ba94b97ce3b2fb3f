"""`GET /api/v1/findings` and `/findings/{incident}`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from longpole.ui import queries
from longpole.ui.api.query import InProject
from longpole.ui.api.rows import as_json

router = APIRouter(prefix="/api/v1/findings")


class FindingQuery(InProject):
    """Parameters of the list."""

    state: Literal["", "pending", "firing", "resolved"] = Field("", description="empty: any")
    limit: int = Field(100, ge=1, le=1000)
    cursor: int = Field(0, ge=0, le=2**40, description="next_cursor of the page before")


class FindingRow(BaseModel):
    """One incident: what changed, by how much, why it was called abnormal, what to look at."""

    incident_id: str
    fingerprint: str
    detector: str
    area: str
    state: str
    severity: str
    service: str
    agent: str
    step: str
    operation: str
    model: str
    metric: str
    unit: str
    direction: str
    title: str
    reason: str
    onset_ns: int
    detected_at_ns: int
    last_seen_at_ns: int
    resolved_at_ns: int | None
    observed: float
    expected: float
    expected_low: float
    expected_high: float
    score: float
    relative_change: float
    size_ms: float | None
    size_usd_per_day: float | None
    samples: int
    baseline_samples: int
    baseline_from_ns: int
    baseline_to_ns: int
    affected_traces: int
    attribution: dict[str, float]
    example_traces: list[str]
    normal_traces: list[str]
    suggested_look: str


class FindingPage(BaseModel):
    """One page; `next_cursor` is null on the last."""

    findings: list[FindingRow]
    next_cursor: int | None


class FindingDetail(FindingRow):
    """A finding and who was told."""

    notifications: list[dict[str, Any]]


@router.get("")
async def findings(wanted: Annotated[FindingQuery, Query()]) -> FindingPage:
    """Incidents, open ones first."""
    rows = await queries.findings(wanted.state, limit=wanted.limit + 1, offset=wanted.cursor)
    more = wanted.cursor + wanted.limit if len(rows) > wanted.limit else None
    page = [FindingRow.model_validate(as_json(row)) for row in rows[: wanted.limit]]
    return FindingPage(findings=page, next_cursor=more)


@router.get("/{incident}")
async def finding(incident: str, _wanted: Annotated[InProject, Query()]) -> FindingDetail:
    """One incident with its notifications."""
    rows = await queries.findings(incident=incident)
    if not rows:
        raise HTTPException(
            404, f"no incident has the id {incident[:80]!r}; /api/v1/findings lists them"
        )
    told = [as_json(row) for row in await queries.notifications(incident)]
    return FindingDetail.model_validate({**as_json(rows[0]), "notifications": told})
