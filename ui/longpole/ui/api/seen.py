"""`GET /api/v1/ingest/seen`: who sends what, and how well it is understood."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from longpole.ui import seen
from longpole.ui.api.query import InProject
from longpole.ui.api.rows import as_json

router = APIRouter(prefix="/api/v1/ingest")


class SeenQuery(InProject):
    """Parameters of what was seen."""

    since: Literal["1h", "24h", "7d", "all"] = "24h"


class DialectRow(BaseModel):
    """A service and the dialect it speaks."""

    dialect: str
    service: str
    spans: int
    gen_ai_spans: int
    last_ms: int = Field(description="arrival of the last one, milliseconds since 1970")


class FieldRow(BaseModel):
    """An attribute of GenAI spans that no row of the mapping reads."""

    service: str
    dialect: str
    field: str = Field(description="numbers inside the key are N")
    spans: int = Field(description=f"of the newest {seen.SAMPLE:,} GenAI spans")
    example: str = Field(description="120 characters at most")


class SenderRow(BaseModel):
    """A sending process and its clock."""

    service: str
    process: str
    spans: int
    ahead_ns: int = Field(description="its clock runs ahead of ours at least so much; 0: no sign")
    delay_ns: float = Field(description="median from the end of a span to its arrival")
    last_ms: int


class SeenAnswer(BaseModel):
    """What arrived in a time range, most or worst first."""

    dialects: list[DialectRow]
    fields_not_understood: list[FieldRow]
    senders: list[SenderRow]


@router.get("/seen")
async def what_was_seen(wanted: Annotated[SeenQuery, Query()]) -> SeenAnswer:
    """Dialects, attributes that nothing reads, and clocks of the senders."""
    found = await seen.seen(wanted.since)
    return SeenAnswer(
        dialects=[DialectRow.model_validate(as_json(row)) for row in found.dialects],
        fields_not_understood=[FieldRow.model_validate(as_json(row)) for row in found.fields],
        senders=[SenderRow.model_validate(as_json(row)) for row in found.senders],
    )
