"""`/api/v1/admin/reprice`: have calls of the past priced anew, and see how far that is."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from longpole.core.errors import InputError
from longpole.core.prices.repricing import (
    Repricing,
    find_repricing,
    list_repricings,
    request_repricing,
)
from longpole.ui import queries

router = APIRouter(prefix="/api/v1/admin/reprice")


class WantedRepricing(BaseModel):
    """What to price anew."""

    model_config = ConfigDict(extra="forbid")
    since: str = Field(
        max_length=64, description="traces that start then or later; ISO 8601, UTC without a zone"
    )
    project: str = Field("", max_length=64, description="empty: every project")


class RepricingRow(BaseModel):
    """A request and how far it is."""

    id: str
    project: str = Field(description="empty: every project")
    since_ns: int
    state: str = Field(description="waiting, running, done or failed")
    day: str = Field(description="the day it is at; empty: not begun")
    traces: int = Field(description="traces looked at")
    changed_spans: int = Field(description="spans whose cost or its source is another now")
    old_usd: float = Field(description="what the changed spans that count cost before")
    new_usd: float
    failure: str
    requested_ns: int
    updated_ns: int


class Repricings(BaseModel):
    """The newest requests, the newest first; 100 at most."""

    repricings: list[RepricingRow]


@router.post("", status_code=202)
async def request(wanted: WantedRepricing) -> RepricingRow:
    """Have history priced anew by the process that runs the jobs.

    One that is open and asks for the same is not repeated.
    """
    return _row(await queries.within(request_repricing, wanted.since, wanted.project))


@router.get("")
async def repricings() -> Repricings:
    """What was asked for lately."""
    found = await queries.within(list_repricings)
    return Repricings(repricings=[_row(one) for one in found])


@router.get("/{repricing_id}")
async def repricing(repricing_id: str) -> RepricingRow:
    """One request."""
    try:
        return _row(await queries.within(find_repricing, repricing_id))
    except InputError as error:
        raise HTTPException(404, str(error)) from None


def _row(one: Repricing) -> RepricingRow:
    return RepricingRow.model_validate(asdict(one))
