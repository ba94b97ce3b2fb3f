"""`/healthz`, `/readyz`, `/metrics`: is the process up, can it serve, how does it do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from longpole.ui import queries

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
FOREIGN = re.compile(r"[^a-zA-Z0-9_:]")


class JobRecord(Protocol):
    """What the job runner says of one job."""

    @property
    def name(self) -> str:
        """Which job."""

    @property
    def lag_s(self) -> float:
        """Seconds since its last pass that went well."""

    @property
    def passes(self) -> int:
        """Passes that went well."""

    @property
    def failures(self) -> int:
        """Passes that failed."""

    @property
    def units(self) -> int:
        """Units of work done."""

    @property
    def last_seconds(self) -> float:
        """How long the last pass took."""

    @property
    def last_error(self) -> str:
        """Empty while the job works."""


Jobs = Callable[[], Sequence[JobRecord]]
Metrics = Callable[[], dict[str, float]]


def include(server: FastAPI, jobs: Jobs | None, metrics: Metrics | None) -> None:
    """Register the three endpoints."""

    async def exposition() -> PlainTextResponse:
        text = render(jobs() if jobs else [], metrics() if metrics else {})
        return PlainTextResponse(text, media_type=EXPOSITION)

    for path, endpoint in (("/healthz", healthz), ("/readyz", readyz), ("/metrics", exposition)):
        server.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False)


async def healthz() -> PlainTextResponse:
    """The process is up."""
    return PlainTextResponse("ok\n")


async def readyz() -> PlainTextResponse:
    """The store answers and has its tables."""
    missing = await queries.what_is_missing()
    return PlainTextResponse(f"{missing}\n", 503) if missing else PlainTextResponse("ready\n")


def render(jobs: Sequence[JobRecord], metrics: dict[str, float]) -> str:
    """Prometheus text. Other processes' counters come under `longpole_`."""
    lines = [
        *_metric("longpole_up", "gauge", "The process answers.", [("", 1)]),
        *_metric("longpole_ui_queries_total", "counter", "Queries of the UI and the API.",
                 [("", queries.spent.queries)]),
        *_metric("longpole_ui_query_seconds_total", "counter", "Time these queries took.",
                 [("", queries.spent.seconds)]),
    ]  # fmt: skip
    for name, kind, meaning, read in JOB_METRICS:
        samples = [(f'{{job="{_label(job.name)}"}}', read(job)) for job in jobs]
        lines += _metric(f"longpole_job_{name}", kind, meaning, samples)
    for name, value in sorted(metrics.items()):
        kind = "counter" if name.endswith("_total") else "gauge"
        full = "longpole_" + FOREIGN.sub("_", name.removeprefix("longpole_"))
        lines += _metric(full, kind, "", [("", value)])
    return "\n".join(lines) + "\n"


JOB_METRICS: tuple[tuple[str, str, str, Callable[[JobRecord], float]], ...] = (
    ("lag_seconds", "gauge", "Time since the last good pass.", lambda job: job.lag_s),
    ("last_pass_seconds", "gauge", "Length of the last pass.", lambda job: job.last_seconds),
    ("failing", "gauge", "1 while the last pass failed.", lambda job: float(bool(job.last_error))),
    ("passes_total", "counter", "Passes that went well.", lambda job: job.passes),
    ("failures_total", "counter", "Passes that failed.", lambda job: job.failures),
    ("units_total", "counter", "Units of work done.", lambda job: job.units),
)


def _metric(
    name: str, kind: str, meaning: str, samples: Sequence[tuple[str, float]]
) -> Iterator[str]:
    if not samples:
        return
    if meaning:
        yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        yield f"{name}{labels} {value:g}" if value != int(value) else f"{name}{labels} {int(value)}"


def _label(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
