"""ASGI middleware round the whole server: binds store and project, adds security headers.

Pure ASGI, so that it covers pages, Dash's own routes, the API and the websocket alike.
"""

from __future__ import annotations

from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from dash import Dash
from dash._get_app import app_context
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from longpole.core.errors import InputError
from longpole.core.store import Store
from longpole.ui import instance, origin, projects, queries, theme
from longpole.ui.api.problem import problem
from longpole.ui.instance import Instance

THEME_COOKIE = "longpole-theme"
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
# Mantine, AG Grid and plotly write style elements at run time; scripts are the app's own files
# plus the inline ones named by hash.
POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class Serving:
    """Runs each request with store and project bound and the answer's headers set.

    A request that a page of another site may have made is refused (see `origin`).
    """

    def __init__(self, app: ASGIApp, store: Store, dash: Dash, here: Instance) -> None:
        self._app = app
        self._store = store
        self._dash = dash
        self._here = here
        policy = POLICY.format(hashes=" ".join(dash.csp_hashes()))
        self._headers = {**HEADERS, "content-security-policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, websocket or lifespan."""

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._secure(MutableHeaders(scope=message))
            await send(message)

        # Dash adds its catch-all to "the" app at start-up; with several, it must be this one.
        app_context.set(self._dash)
        refusal = origin.refusal(scope, self._here.settings.ui)
        if refusal:
            await _refusing(scope, *refusal)(scope, receive, secured)
            return
        try:
            project = _project_of(scope)
        except InputError as error:
            await _refusing(scope, 400, str(error))(scope, receive, secured)
            return
        with (
            queries.reading(self._store),
            projects.bound(project),
            instance.bound(replace(self._here, host=_host_of(scope))),
            theme.using(_theme_of(scope)),
        ):
            await self._app(scope, receive, secured)

    def _secure(self, headers: MutableHeaders) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)


def _project_of(scope: Scope) -> str:
    if scope["type"] != "http":
        return ""
    query = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return projects.given(query)


def _host_of(scope: Scope) -> str:
    """The name by which the browser reaches this machine."""
    if scope["type"] != "http":
        return "localhost"
    try:
        return urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or "localhost"
    except ValueError:
        return "localhost"


def _refusing(scope: Scope, status: int, words: str) -> Response:
    if scope["path"].startswith("/api"):
        return problem(status, words, scope["path"])
    return PlainTextResponse(f"{words}\n", status)


def _theme_of(scope: Scope) -> theme.Scheme:
    if scope["type"] != "http":
        return "light"
    try:
        cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
    except CookieError:
        return "light"
    chosen = cookies.get(THEME_COOKIE)
    return "dark" if chosen and chosen.value == "dark" else "light"
