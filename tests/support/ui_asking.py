"""Asks the UI's server and its callbacks without a browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

import httpx
from dash._callback_context import context_value
from dash._utils import AttributeDict, to_json

from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.ui.app import build

T = TypeVar("T")
REQUEST = {"startRow": 0, "endRow": 100, "sortModel": [{"colId": "duration", "sort": "desc"}]}


Get = Callable[[str], httpx.Response]


def getter(
    store: Store,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: object = None,
    **more: Any,  # noqa: ANN401 - passed on to build
) -> Get:
    app = build(store, Settings(), **more)

    async def fetch(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers=headers, json=body)

    return lambda path: asyncio.run(fetch(path))


def run(work: Coroutine[Any, Any, T], trigger: str = "page-state.data") -> T:
    def inside() -> T:
        context_value.set(AttributeDict(triggered_inputs=[{"prop_id": trigger}]))
        return asyncio.run(work)

    return copy_context().run(inside)


def words(component: object) -> str:
    encoded = to_json(component)  # type: ignore[no-untyped-call]
    return json.dumps(json.loads(encoded), ensure_ascii=False)
