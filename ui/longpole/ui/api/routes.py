"""The table of API endpoints."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from longpole.core.settings import Settings
from longpole.ui.api import (
    admin,
    costs,
    docs,
    findings,
    ingest,
    keys,
    path_profile,
    problem,
    reconciliation,
    reprice,
    seen,
    steps,
    trace,
    traces,
    what_if,
)

MODULES = (
    docs, traces, trace, reconciliation, steps, path_profile, costs, findings, ingest, keys, seen,
    admin, reprice, what_if,
)  # fmt: skip
ROUTERS = tuple(module.router for module in MODULES)
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def include(server: FastAPI, settings: Settings) -> None:
    """Register `/api/v1` and its description."""
    server.state.settings = settings
    problem.include(server)
    for router in ROUTERS:
        server.include_router(router)


def close_unknown(server: FastAPI, settings: Settings) -> None:
    """Answer 404 below /api and /v1 where no endpoint is; comes before Dash's catch-all."""
    otlp = f"this is the UI's port; OTLP over HTTP goes to port {settings.ingest.http_port}"
    _close(server, "/api", "there is no such endpoint; /api/docs lists those that exist", METHODS)
    _close(server, "/v1", otlp, METHODS)


def _close(server: FastAPI, prefix: str, words: str, methods: list[str]) -> None:
    async def unknown() -> None:
        raise HTTPException(404, words)

    for path in (prefix, prefix + "/{rest:path}"):
        server.add_api_route(path, unknown, methods=methods, include_in_schema=False)
