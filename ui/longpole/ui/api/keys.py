"""`/api/v1/keys`: who may send for a project."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from longpole.core.access import ApiKey, create_key, revoke_key
from longpole.ui import queries
from longpole.ui.api.query import InProject

router = APIRouter(prefix="/api/v1/keys")


class KeyRow(BaseModel):
    """A key as the server knows it; its text is nowhere kept."""

    key_id: str
    name: str
    project: str = Field(description="where data goes that names no project")
    other_projects: list[str] = Field(description="projects it may name besides; `*` is any")
    state: str = Field(description="active, expired or revoked")
    created_at_ns: int
    expires_at_ns: int | None
    revoked_at_ns: int | None


class Keys(BaseModel):
    """Keys of a project, the newest first."""

    keys: list[KeyRow]


class NewKey(BaseModel):
    """What a key is made of."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field("", description="what people call it")
    project: str = Field("", description="not given: the project of the request")
    expires_days: float | None = Field(None, description="not given: it does not expire")


class MadeKey(BaseModel):
    """A new key with its text, which is never shown again."""

    key: str
    row: KeyRow


@router.get("")
async def keys(_wanted: Annotated[InProject, Query()]) -> Keys:
    """Every key of the project, also those that are revoked or expired."""
    return Keys(keys=[_row(key) for key in await queries.keys()])


@router.post("", status_code=201)
async def create(wanted: NewKey, _in: Annotated[InProject, Query()]) -> MadeKey:
    """Make a key for sending. From the first key on, requests without one are refused."""
    project = wanted.project or await queries.project()
    made = await queries.within(create_key, project, wanted.name, expires_days=wanted.expires_days)
    return MadeKey(key=made.text, row=_row(made.key))


@router.post("/{key_id}/revoke")
async def revoke(key_id: str, _wanted: Annotated[InProject, Query()]) -> KeyRow:
    """End a key for good; senders that use it are refused within seconds."""
    if not any(key.key_id == key_id for key in await queries.keys()):
        raise HTTPException(
            404, f"project {await queries.project()} has no key {key_id[:80]!r}; /api/v1/keys lists"
        )
    return _row(await queries.within(revoke_key, key_id))


def _row(key: ApiKey) -> KeyRow:
    return KeyRow(
        key_id=key.key_id, name=key.name, project=key.project,
        other_projects=list(key.other_projects), state=key.state(time.time_ns()),
        created_at_ns=key.created_at_ns, expires_at_ns=key.expires_at_ns,
        revoked_at_ns=key.revoked_at_ns,
    )  # fmt: skip
