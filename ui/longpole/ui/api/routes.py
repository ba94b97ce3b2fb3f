"""The table of API endpoints."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from longpole.core.settings import Settings
from longpole.ui.api import problem


def include(server: FastAPI, settings: Settings) -> None:
    """Register `/api/v1` and its description."""
    server.state.settings = settings
    problem.include(server)


def close_unknown(server: FastAPI) -> None:
    """Answer 404 below /api and /v1 where no endpoint is; comes before Dash's catch-all."""
    for prefix in ("/api", "/v1"):
        for path in (prefix, prefix + "/{rest:path}"):
            server.add_api_route(path, _unknown, methods=["GET"], include_in_schema=False)


async def _unknown(rest: str = "") -> None:
    raise HTTPException(404, "there is no such endpoint; /api/docs lists those that exist")
