"""docs/api.md."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from generate.markdown import code, table

from longpole.analytics.jobs.runner import JobStatus
from longpole.core.settings import load
from longpole.ui.accounts import Account
from longpole.ui.api import health, routes
from longpole.ui.api.exposition import families

HEAD = """# JSON API

Generated from the OpenAPI document that a running Longpole serves at `/api/openapi.json`; the same
as a page is at `/api/docs`. All endpoints are on the UI's port (8050) and there is no
log-in: put a proxy in front where others can reach it. Each answers for one project (`project=`).
What changes something is a `POST` with a JSON body (`content-type: application/json`), and is
refused when a browser sends it for a page of another site.

Times are integer nanoseconds since 1970 UTC, ids are lower-case hex text, an unknown cost is
`null`. A parameter that does not exist is refused. Errors are problem documents (RFC 9457,
`application/problem+json`) whose `detail` says what was wrong and what to do. A trace whose spans
are stored but not assembled yet answers 404 with `retry-after`.

```sh
curl 'http://127.0.0.1:8050/api/v1/traces?since=1h&sort=-duration&limit=5'
curl 'http://127.0.0.1:8050/api/v1/findings?state=firing'
```
"""
HEALTH = """
## Health

| path | answers |
| --- | --- |
| `/healthz` | 200 while the process is up |
| `/readyz` | 200 when the store answers and has its tables, else 503 with what is missing |
| `/metrics` | Prometheus text, below |

Metrics of jobs have the label `job`. Where the ingest service runs in the same process (`longpole
up`), its counters are there too: `longpole_accepted_spans`, `longpole_stored_spans`,
`longpole_rejected_spans` (not valid), `longpole_refused_spans` (by the store), `longpole_inserts`,
`longpole_waiting_bytes` (in the spool) and `longpole_refused_requests_REASON`. A counter appears
with its first count.

"""
NO_JOB = JobStatus("assemble", 0.5)
NO_ACCOUNT = Account("default", "traces")
NO_SPOOL = dict.fromkeys(("WaitingBytes", "LimitBytes", "OldestWaitingAgeMs", "DeadLetters"), 0)


def page() -> str:
    """Endpoints with parameters and answers, then health."""
    document = openapi()
    parts = [HEAD]
    for path, methods in document["paths"].items():
        parts += [_endpoint(f"{method.upper()} {path}", what) for method, what in methods.items()]
    parts += [_schemas(document), HEALTH, _metrics()]
    return "".join(parts)


def openapi() -> dict[str, Any]:
    """The document, made without a store: only routes are registered."""
    server = FastAPI()
    routes.include(server, load(environ={}).settings)
    return server.openapi()


def _endpoint(title: str, what: dict[str, Any]) -> str:
    answers = what["responses"]
    answer = next(answer for status, answer in answers.items() if status.startswith("2"))
    parts = [f"\n## `{title}`\n\n{what['description']}\n"]
    if what.get("parameters"):
        rows = [
            (code(one["name"]), _type(one["schema"]), one.get("description", ""))
            for one in what["parameters"]
        ]
        parts.append("\n" + table(("parameter", "type", ""), rows) + "\n")
    if "requestBody" in what:
        parts.append(f"\nTakes {_type(_json(what['requestBody']))}.\n")
    return "".join(parts) + f"\nAnswers {_type(_json(answer))}.\n"


def _json(described: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = described["content"]["application/json"]["schema"]
    return schema


def _schemas(document: dict[str, Any]) -> str:
    parts = ["\n## What is taken and answered\n"]
    for name, schema in document["components"]["schemas"].items():
        if "ValidationError" in name:
            continue
        rows = [
            (code(field), _type(one), one.get("description", ""))
            for field, one in schema["properties"].items()
        ]
        text = " ".join(schema.get("description", "").split())
        parts += [f"\n### {name}\n\n{text}\n\n", table(("field", "type", ""), rows), "\n"]
    return "".join(parts)


def _type(schema: dict[str, Any]) -> str:
    given = schema.get("default")
    words = _words(schema)
    return f"{words}; default {code(str(given))}" if given not in (None, "") else words


def _words(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return " or ".join(code(str(value)) for value in schema["enum"] if value != "")
    if "anyOf" in schema:
        return " or ".join(_words(one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        fixed = [_words(one) for one in schema.get("prefixItems", ())]
        return f"list of {', '.join(fixed) or _words(schema['items'])}"
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        return f"object of {_words(inner)}"
    return str(schema.get("type", "any"))


def _metrics() -> str:
    """Names and meanings out of a real exposition."""
    ledger = families([NO_ACCOUNT], [{"Spool": "", **NO_SPOOL}])
    lines = health.render([NO_JOB], {}, ledger).splitlines()
    helps = [line.split(" ", 3) for line in lines if line.startswith("# HELP ")]
    kinds = {line.split(" ")[2]: line.split(" ")[3] for line in lines if line.startswith("# TYPE ")}
    rows = [(code(name), kinds[name], meaning) for _, _, name, meaning in helps]
    return table(("metric", "type", "meaning"), rows) + "\n"
