"""`GET /api/docs`: the endpoints as a page of its own, without scripts and other hosts."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(prefix="/api")
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Longpole API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
:root {{ color-scheme: light dark }}
body {{ font: 14px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto }}
body {{ padding: 0 1rem }}
code {{ font-family: ui-monospace, monospace }} h2 {{ font-size: 1rem; margin: 2rem 0 .2rem }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ text-align: left; padding: .25rem .8rem .25rem 0; vertical-align: top }}
td, th {{ border-bottom: 1px solid #8884 }}
</style></head><body><h1>Longpole API</h1>
<p>JSON. Times are integer nanoseconds since 1970 UTC, ids are lower-case hex text, an unknown cost
is <code>null</code>. Errors are problem documents (RFC 9457). Machine-readable:
<a href="/api/openapi.json">openapi.json</a>. Back to <a href="/">the overview</a>.</p>
{endpoints}</body></html>"""


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """Every endpoint with its parameters."""
    paths: dict[str, Any] = request.app.openapi()["paths"]
    return HTMLResponse(PAGE.format(endpoints="".join(_endpoint(*item) for item in paths.items())))


def _endpoint(path: str, methods: dict[str, Any]) -> str:
    return "".join(
        f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
        f"<p>{escape(what.get('description', ''))}</p>{_parameters(what.get('parameters', []))}"
        f"{_body(what)}"
        for method, what in methods.items()
    )


def _body(what: dict[str, Any]) -> str:
    if "requestBody" not in what:
        return ""
    name = what["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return f"<p>Takes <code>{escape(name)}</code> as JSON; openapi.json describes it.</p>"


def _parameters(parameters: list[dict[str, Any]]) -> str:
    if not parameters:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(item['name'])}</code></td><td>{escape(_type(item['schema']))}</td>"
        f"<td>{escape(item.get('description', ''))}</td></tr>"
        for item in parameters
    )
    return f"<table><tr><th>Parameter</th><th>Type</th><th></th></tr>{rows}</table>"


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        words = " | ".join(str(value) or "(empty)" for value in schema["enum"])
    elif "anyOf" in schema:
        words = " | ".join(_type(option) for option in schema["anyOf"])
    else:
        words = str(schema.get("type", "any"))
    given = schema.get("default")
    return f"{words}, default {given}" if given not in (None, "") else words
