"""`/api/v1/admin`: keys and projects of the whole server, as the command line manages them."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from longpole.core.access import (
    ApiKey,
    Project,
    create_key,
    find_project,
    list_keys,
    list_projects,
    revoke_key,
    set_project,
)
from longpole.ui import queries

router = APIRouter(prefix="/api/v1/admin")


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class WantedKey(_Asked):
    """A key to make."""

    project: str = Field(description="where data goes that names no project")
    name: str = Field("", description="what people call it")
    other_projects: list[str] = Field([], description="projects it may name besides; `*` is any")
    expires_days: float | None = Field(None, description="days until it ends; null: never")


class ServerKey(BaseModel):
    """What is known of a key; its secret is not."""

    key_id: str
    name: str
    project: str
    other_projects: list[str]
    role: str
    created_at_ns: int
    expires_at_ns: int | None
    revoked_at_ns: int | None


class MadeServerKey(ServerKey):
    """A new key with its text."""

    key: str = Field(description="what to send as x-longpole-key; shown this once")


class KeyList(BaseModel):
    """Every key, also those that are revoked; the newest first."""

    keys: list[ServerKey]


class ProjectChange(_Asked):
    """What to set; null keeps what is."""

    spans_per_s: int | None = Field(None, description="items a second; 0: no limit")
    retention_days: int | None = Field(None, description="days to keep; 0: for ever")


class ProjectRow(BaseModel):
    """A project's limit and retention."""

    name: str
    spans_per_s: int
    retention_days: int


class ProjectList(BaseModel):
    """Every project that has settings, a key or data."""

    projects: list[ProjectRow]


@router.get("/keys")
async def keys() -> KeyList:
    """Every API key, without its secret."""
    return KeyList(keys=[ServerKey(**_shown(key)) for key in await queries.within(list_keys)])


@router.post("/keys", status_code=201)
async def create(wanted: WantedKey) -> MadeServerKey:
    """Make a key. The answer is the only place that ever shows it."""
    made = await queries.within(
        create_key, wanted.project, wanted.name, wanted.other_projects, wanted.expires_days
    )
    return MadeServerKey(key=made.text, **_shown(made.key))


@router.delete("/keys/{key_id}")
async def revoke(key_id: str) -> ServerKey:
    """Revoke a key for good; senders are refused within `ingest.keys_refresh_s`."""
    known = {key.key_id for key in await queries.within(list_keys)}
    if key_id not in known:
        raise HTTPException(404, f"there is no key {key_id[:80]!r}; /api/v1/admin/keys lists them")
    return ServerKey(**_shown(await queries.within(revoke_key, key_id)))


@router.get("/projects")
async def projects() -> ProjectList:
    """Every project with its limit and retention."""
    found = await queries.within(list_projects)
    return ProjectList(projects=[_row(project) for project in found])


@router.get("/projects/{name}")
async def project(name: str) -> ProjectRow:
    """One project; one that nobody set anything for has no limit and is kept for ever."""
    return _row(await queries.within(find_project, name))


@router.put("/projects/{name}")
async def change(name: str, wanted: ProjectChange) -> ProjectRow:
    """Set a project's limit or retention."""
    return _row(await queries.within(set_project, name, wanted.spans_per_s, wanted.retention_days))


def _shown(key: ApiKey) -> dict[str, object]:
    return {name: value for name, value in asdict(key).items() if name != "hash"}


def _row(project: Project) -> ProjectRow:
    return ProjectRow(**asdict(project))
