"""Refuses requests that change something and come from a page of another site.

A browser sends these headers itself and a page cannot change them. Programs send none of them and
are not asked for any.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({"same-origin", "none"})
JSON_ONLY = ("/api", "/_dash")
JSON = "application/json"


def refusal(scope: Scope) -> tuple[int, str] | None:
    """Status and words for a request that must not run; None for one that may."""
    if scope["type"] != "http" or scope["method"] in SAFE:
        return None
    headers = Headers(scope=scope)
    if not _is_ours(headers):
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


def _is_ours(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in OURS
    origin = headers.get("origin")  # browsers leave sec-fetch-site out without TLS
    if origin is None:
        return True
    # A proxy may rewrite the host; a page of another site can set neither of these.
    hosts = {headers.get("host"), headers.get("x-forwarded-host")}
    return urlsplit(origin).netloc in hosts
