"""Puts the UI, the JSON API and the health endpoints on one FastAPI server.

`build` is the only place that knows Dash's backend. Dash's catch-all answers every GET that no
earlier route claims with its page, so the API's own 404 routes are registered before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from dash import Dash, register_page
from dash.backends._fastapi import reset_current_request, set_current_request
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.ui import shell, theme
from longpole.ui.api import health, routes
from longpole.ui.api.health import Jobs, Metrics
from longpole.ui.instance import DeadLetters, Instance
from longpole.ui.pages import (
    architecture,
    costs,
    finding,
    findings,
    not_found,
    overview,
    settings,
    trace,
    traces,
)
from longpole.ui.serving import Serving
from longpole.ui.wiring import framed

INDEX = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""
VIEWPORT = {"name": "viewport", "content": "width=device-width, initial-scale=1"}


@dataclass(frozen=True)
class Page:
    """A row of the page table. A module has `layout(**query)` and `register(app)`."""

    module: ModuleType
    path: str
    title: str


PAGES = (
    Page(overview, "/", "Overview"),
    Page(traces, "/traces", "Traces"),
    Page(trace, "/traces/<trace_id>", "Trace"),
    Page(architecture, "/architecture", "Architecture"),
    Page(findings, "/findings", "Findings"),
    Page(finding, "/findings/<incident_id>", "Finding"),
    Page(costs, "/costs", "Costs"),
    Page(settings, "/settings", "Settings"),
)


def build(
    store: Store,
    settings: Settings,
    jobs: Jobs | None = None,
    metrics: Metrics | None = None,
    dead_letters: DeadLetters | None = None,
) -> FastAPI:
    """The server of the UI port.

    `jobs` lists the job runner's records and `metrics` its process's counters, where the same
    process runs them; both show in `/metrics`. `dead_letters` replays or drops a refused request,
    where ingest runs in the same process.
    """
    server = FastAPI(
        title="Longpole", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )
    routes.include(server, settings)
    health.include(server, jobs, metrics)
    routes.close_unknown(server, settings)
    dash = _dash(server)
    server.state.dash = dash
    for page in PAGES[1:]:  # Dash itself answers "/"
        _add_document(server, dash, page.path.replace("<", "{").replace(">", "}"))
    here = Instance(settings, dead_letters)
    server.add_middleware(Serving, store=store, dash=dash, here=here)
    return server


def _add_document(server: FastAPI, dash: Dash, path: str) -> None:
    async def document(request: Request) -> HTMLResponse:
        token = set_current_request(request)
        try:
            return HTMLResponse(dash.index())
        finally:
            reset_current_request(token)

    server.add_api_route(path, document, methods=["GET"], include_in_schema=False)


def _dash(server: FastAPI) -> Dash:
    theme.register_templates()
    dash = Dash(
        __name__,
        server=server,  # type: ignore[arg-type]  # the annotation does not name FastAPI
        use_pages=True,
        pages_folder="",
        assets_folder="assets",
        compress=True,
        serve_locally=True,
        suppress_callback_exceptions=True,
        include_pages_meta=False,
        index_string=INDEX,
        meta_tags=[VIEWPORT],
        title="Longpole",
        update_title="",
    )
    register_page(
        "not_found_404", path="/not-found", title="Not found", layout=framed(not_found.layout)
    )
    for page in PAGES:
        name = page.module.__name__.rpartition(".")[2]
        variable = "<" in page.path
        register_page(
            name,
            path=f"/{name}" if variable else page.path,
            path_template=page.path if variable else None,
            title=f"{page.title} · Longpole",
            layout=framed(page.module.layout),
        )
    dash.layout = shell.layout
    for part in (shell, *(page.module for page in PAGES)):
        part.register(dash)
    _finish(dash)
    return dash


def _finish(dash: Dash) -> None:
    """Do now what Dash does with its first request to `/`.

    Otherwise a process whose first request is a deep link answers it without the assets.
    """
    backend: Any = dash.backend
    for prepare in backend._before_request_funcs:
        prepare()
