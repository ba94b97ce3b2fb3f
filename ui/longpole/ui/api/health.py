"""`/healthz`, `/readyz`, `/metrics`: is the process up, can it serve, how does it do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from longpole.ui import queries


def include(
    server: FastAPI,
    jobs: Callable[[], list[Any]] | None,
    metrics: Callable[[], dict[str, float]] | None,
) -> None:
    """Register the three endpoints."""
    server.add_api_route("/healthz", healthz, methods=["GET"], include_in_schema=False)
    server.add_api_route("/readyz", readyz, methods=["GET"], include_in_schema=False)


async def healthz() -> PlainTextResponse:
    """The process is up."""
    return PlainTextResponse("ok\n")


async def readyz() -> PlainTextResponse:
    """The store answers."""
    if await queries.store_answers():
        return PlainTextResponse("ready\n")
    return PlainTextResponse("the store does not answer\n", 503)
