"""Asks the process that has the embedded store open, over its API."""

from __future__ import annotations

from typing import Any

import httpx

from longpole.cli.address import published_address
from longpole.core.errors import LongpoleError, StoreLockedError, StoreUnavailableError
from longpole.core.settings import StoreSettings
from longpole.core.store.url import EmbeddedUrl, parse_url

ANSWER_S = 60.0


def running_api(settings: StoreSettings, locked: StoreLockedError) -> httpx.Client:
    """A client of `/api/v1/admin`. Raises StoreLockedError where the process serves none."""
    url = parse_url(settings.url)
    address = published_address(url.folder) if isinstance(url, EmbeddedUrl) else None
    if address is None:
        raise StoreLockedError(
            f"{locked}; it serves no UI through which this could be done"
        ) from None
    return httpx.Client(base_url=f"{address}/api/v1/admin", timeout=ANSWER_S, trust_env=False)


def ask(client: httpx.Client, method: str, path: str, body: object = None) -> dict[str, Any]:
    """The answer's JSON object. Raises LongpoleError with what a refusal says."""
    json = {} if body is None and method == "DELETE" else body
    headers = {"content-type": "application/json"}
    try:
        answer = client.request(method, path, json=json, headers=headers)
    except httpx.HTTPError as error:
        raise StoreUnavailableError(
            f"the running Longpole at {client.base_url} does not answer ({error}); "
            "try again, or stop it first"
        ) from None
    return _checked(answer)


def _checked(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise LongpoleError(
            f"{answer.url} answered {answer.status_code} without JSON; is another program there?"
        )
    if answer.is_error:
        raise LongpoleError(str(content.get("detail", answer.status_code)))
    return content
