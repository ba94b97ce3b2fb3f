"""Keeps pages of other sites from using this server through somebody's browser.

There is no log-in: on loopback whoever can reach the port may use it. A browser can, for any page
that it shows. It says itself where a request comes from and a page cannot change that; programs say
nothing of it and are not asked. On loopback the host must be a loopback name, or a page whose own
name was pointed to this machine would pass as ours, and read.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from longpole.core.settings import UiSettings
from longpole.core.web import is_loopback

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})
JSON_ONLY = ("/api", "/_dash")
JSON = "application/json"


def refusal(scope: Scope, settings: UiSettings) -> tuple[int, str] | None:
    """Status and words for a request that must not run; None for one that may."""
    if scope["type"] not in {"http", "websocket"}:
        return None
    headers = Headers(scope=scope)
    host = headers.get("host", "").lower()
    public = urlsplit(settings.public_url or "").netloc.lower()
    if is_loopback(settings.host) and host != public and not is_loopback(_name(host)):
        return 403, (
            f"the host {host[:80]!r} is not this server; use a loopback address, or set "
            "ui.public_url to the address that people use"
        )
    if scope["type"] != "http" or scope["method"] in SAFE:
        return None
    return _refused_change(scope, headers, {host, public, headers.get("x-forwarded-host")})


def _refused_change(
    scope: Scope, headers: Headers, hosts: set[str | None]
) -> tuple[int, str] | None:
    if not _is_ours(headers, hosts - {"", None}):
        return 403, (
            "this request comes from a page of another site "
            f"({headers.get('origin', 'unnamed')[:200]}); changes are taken from this server's "
            "own pages and from programs only"
        )
    if not scope["path"].startswith(JSON_ONLY):
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        return 415, f"content-type {kind[:80]!r} is not taken; send {JSON}"
    return None


def _is_ours(headers: Headers, hosts: set[str | None]) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site.lower() in OURS
    origin = headers.get("origin")  # browsers leave sec-fetch-site out without TLS
    return origin is None or _netloc(origin) in hosts


def _name(host: str) -> str:
    """A host without its port and brackets; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
