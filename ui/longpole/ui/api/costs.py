"""`/api/v1/costs`: models without a price, and reported beside computed costs."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from longpole.ui import costs, state
from longpole.ui.api.query import InProject
from longpole.ui.api.rows import as_json

router = APIRouter(prefix="/api/v1/costs")


class CostsQuery(InProject):
    """Parameters of both tables."""

    since: Literal["1h", "24h", "7d", "all"] = "24h"
    limit: int = Field(costs.LIMIT, ge=1, le=5000)


class UnpricedModel(BaseModel):
    """A model whose calls have tokens but no cost."""

    provider: str
    model: str
    service_tier: str = Field(description="as sent; empty: none was named")
    calls: int
    input_tokens: int
    output_tokens: int
    first_ns: int
    last_ns: int


class Unpriced(BaseModel):
    """Models without a price, those with most tokens first."""

    from_ns: int
    to_ns: int
    models: list[UnpricedModel]


class DifferenceRow(BaseModel):
    """A model whose calls have both a reported cost and one of the price lists."""

    provider: str
    model: str
    calls: int
    different_calls: int = Field(description="calls whose two costs are not equal")
    input_tokens: int
    output_tokens: int
    reported_usd: float
    computed_usd: float
    difference_usd: float = Field(description="reported less computed")
    price_sources: list[str] = Field(description="the lists behind the computed costs")


class Differences(BaseModel):
    """Models by the size of the difference, the largest first."""

    from_ns: int
    to_ns: int
    models: list[DifferenceRow]


@router.get("/unpriced")
async def unpriced(wanted: Annotated[CostsQuery, Query()]) -> Unpriced:
    """Models that no price list has, and how much they were used."""
    window = state.window(wanted.since)
    found = await costs.unpriced(window, wanted.limit)
    models = [UnpricedModel.model_validate(as_json(row)) for row in found]
    return Unpriced(from_ns=window.start_ns, to_ns=window.end_ns, models=models)


@router.get("/differences")
async def differences(wanted: Annotated[CostsQuery, Query()]) -> Differences:
    """What senders reported beside what the price lists say."""
    window = state.window(wanted.since)
    found = await costs.differences(window, wanted.limit)
    models = [DifferenceRow.model_validate(as_json(row)) for row in found]
    return Differences(from_ns=window.start_ns, to_ns=window.end_ns, models=models)
