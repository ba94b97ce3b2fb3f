"""`/healthz`, `/readyz`, `/metrics`: is the process up, can it serve, how does it do."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from longpole.core.errors import StoreError
from longpole.ui import queries
from longpole.ui.accounts import accounts
from longpole.ui.api.exposition import Family, families, labels

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
log = logging.getLogger(__name__)
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
        ledger = await _ledger()
        text = render(jobs() if jobs else [], metrics() if metrics else {}, ledger)
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


async def _ledger() -> list[Family] | None:
    try:
        return families(accounts(await queries.ledger(everybody=True)), await queries.spools())
    except StoreError as error:  # the process's own metrics are worth most while the store is away
        log.warning("the ledger could not be read for /metrics: %s", error)
        return None


def render(
    jobs: Sequence[JobRecord], metrics: dict[str, float], ledger: Sequence[Family] | None
) -> str:
    """Prometheus text. Other processes' counters come under `longpole_`; no ledger: store away."""
    lines = [
        *_metric("longpole_up", "gauge", "The process answers.", [("", 1)]),
        *_metric("longpole_ui_queries_total", "counter", "Queries of the UI and the API.",
                 [("", queries.spent.queries)]),
        *_metric("longpole_ui_query_seconds_total", "counter", "Time these queries took.",
                 [("", queries.spent.seconds)]),
    ]  # fmt: skip
    store_up = [("", float(ledger is not None))]
    lines += _metric("longpole_store_up", "gauge", "The store answers queries.", store_up)
    for family in ledger or ():
        lines += _metric(*family)
    for name, kind, meaning, read in JOB_METRICS:
        samples = [(labels(job=job.name), read(job)) for job in jobs]
        lines += _metric(f"longpole_job_{name}", kind, meaning, samples)
    told = {family[0] for family in ledger or ()}
    for name, value in sorted(metrics.items()):
        kind = "counter" if name.endswith("_total") else "gauge"
        full = "longpole_" + FOREIGN.sub("_", name.removeprefix("longpole_"))
        if full in told:  # one name must not come twice, and the ledger knows every process
            continue
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
    for which, value in samples:
        yield f"{name}{which} {value:g}" if value != int(value) else f"{name}{which} {int(value)}"
