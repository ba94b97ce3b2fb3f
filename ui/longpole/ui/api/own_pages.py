"""Keeps other sites' pages from using the API through somebody's browser.

There is no log-in: on loopback whoever can reach the port may use it. A browser can, on behalf of
any page it shows. So a request that changes something must be JSON, which a page of another site
may not send unasked; what the browser says of its origin must be this server; and on loopback the
host must be a loopback name, or a page whose own name was pointed here would pass as ours.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from starlette.exceptions import HTTPException

from longpole.core.settings import UiSettings
from longpole.core.web import is_loopback

OWN = {"", "same-origin", "none"}  # what Sec-Fetch-Site may say
READING = {"GET", "HEAD"}


async def own_pages_only(request: Request) -> None:
    """Raise 403 for a request that another site may have caused, 415 for one that is not JSON."""
    reason = _foreign(request, request.app.state.settings.ui)
    if reason:
        raise HTTPException(403, reason)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method not in READING and kind != "application/json":
        raise HTTPException(
            415, f"content type {kind[:60]!r} is not taken; send content-type: application/json"
        )


def _foreign(request: Request, settings: UiSettings) -> str | None:
    host = request.headers.get("host", "").lower()
    public = urlsplit(settings.public_url or "").netloc.lower()
    if is_loopback(settings.host) and host != public and not is_loopback(_name(host)):
        return (
            f"the host {host[:80]!r} is not this server; use a loopback address, or set "
            "ui.public_url to the address that people use"
        )
    site = request.headers.get("sec-fetch-site", "").lower()
    origin = request.headers.get("origin")
    if site not in OWN or (origin is not None and _host_of(origin) not in {host, public} - {""}):
        return "pages of other sites may not use this; open it under this server's own address"
    return None


def _name(host: str) -> str:
    """A host without its port and brackets; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
