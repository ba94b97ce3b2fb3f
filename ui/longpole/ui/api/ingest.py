"""`GET /api/v1/ingest` and what operators do about requests that the store refused."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from longpole.ui import instance, queries
from longpole.ui.accounts import Account, accounts
from longpole.ui.api.query import InProject
from longpole.ui.api.rows import as_json

router = APIRouter(prefix="/api/v1/ingest")
ELSEWHERE = (
    "ingest does not run in this process; run `longpole dead-letters` on the host where it does, "
    "with its settings"
)


class SignalAccount(BaseModel):
    """What became of everything sent of one signal: accepted = stored + rejected + waiting."""

    project: str = Field(description="empty: refused before the project was known")
    signal: str = Field(description="traces, logs or metrics")
    accepted: int = Field(description="items: spans, log records or data points")
    stored: int
    waiting: int
    rejected: dict[str, int] = Field(description="items by reason")
    difference: int = Field(description="accepted - stored - rejected - waiting; 0 is right")
    repeated: int = Field(description="requests recognised as retries")
    refused: dict[str, int] = Field(description="requests not accepted, by reason")
    requests: int = Field(description="requests accepted")
    bytes: int = Field(description="of accepted bodies, after decompression")


class SpoolRow(BaseModel):
    """One ingest process."""

    spool: str
    host: str
    folder: str
    waiting_requests: int
    waiting_bytes: int
    limit_bytes: int = Field(description="senders are told to retry beyond it")
    oldest_waiting_age_ms: int | None
    dead_letters: int
    last_error: str = Field(description="empty while storing works")
    started_ms: int = Field(description="milliseconds since 1970")
    updated_ms: int = Field(description="when it last reported a change")


class DeadLetterRow(BaseModel):
    """A request that the store refused."""

    spool: str
    id: str
    project: str
    signal: str
    items: int
    bytes: int
    reason: str
    received_ms: int = Field(description="milliseconds since 1970")
    refused_ms: int
    state: str = Field(description="kept, replayed or dropped")


class Ingest(BaseModel):
    """The accounts of a project, and the processes that keep them for all projects."""

    signals: list[SignalAccount]
    spools: list[SpoolRow]
    dead_letters: list[DeadLetterRow]
    dead_letters_total: int


class IngestQuery(InProject):
    """Parameters of the accounts."""

    limit: int = Field(100, ge=1, le=1000, description="dead letters at most")


class Done(BaseModel):
    """What was done to a dead letter."""

    spool: str
    id: str
    action: Literal["replay", "drop"]


@router.get("")
async def ingest(wanted: Annotated[IngestQuery, Query()]) -> Ingest:
    """What became of everything that was sent, and what waits or was refused."""
    ledger, spools, letters = await asyncio.gather(
        queries.ledger(), queries.spools(), queries.dead_letters(wanted.limit)
    )
    return Ingest(
        signals=[_account(account) for account in accounts(ledger)],
        spools=[SpoolRow.model_validate(as_json(row)) for row in spools],
        dead_letters=[DeadLetterRow.model_validate(as_json(row)) for row in letters],
        dead_letters_total=letters[0]["Letters"] if letters else 0,
    )


@router.post("/dead-letters/{spool:path}/{letter}/{action}")
async def settle(
    spool: str,
    letter: str,
    action: Literal["replay", "drop"],
    _wanted: Annotated[InProject, Query()],
) -> Done:
    """Send a refused request to the store once more (`replay`), or give it up (`drop`)."""
    act = instance.current().dead_letters
    if act is None:
        raise HTTPException(409, ELSEWHERE)
    if not await queries.has_dead_letter(spool, letter):
        raise HTTPException(404, f"spool {spool[:80]!r} has no dead letter {letter[:80]!r} here")
    await run_in_threadpool(act, action, spool, letter)
    return Done(spool=spool, id=letter, action=action)


def _account(account: Account) -> SignalAccount:
    return SignalAccount.model_validate({**vars(account), "difference": account.difference})
