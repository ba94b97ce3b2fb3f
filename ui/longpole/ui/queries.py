"""The only module of the UI that asks the store; async, so that no callback blocks the event loop.

The store of the request at hand is bound by `longpole.ui.serving`; several apps with several stores
can live in one process (tests do that).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

import polars as pl

from longpole.core.access import DEFAULT_PROJECT, ApiKey, is_project_name, list_keys, list_projects
from longpole.core.errors import StoreError
from longpole.core.store import Store, load_sql
from longpole.ui import projects
from longpole.ui.search import Cursor, Order, parameters, statement
from longpole.ui.state import Filters, Window

NEEDED = (
    "traces", "span_facts", "path_sections", "usage_claims", "step_rollup_5m", "metric_rollup_5m",
    "otel_logs", "findings",
)  # fmt: skip
PROJECTS_KEPT_S = 2.0
P = ParamSpec("P")
T = TypeVar("T")
_store: ContextVar[Store] = ContextVar("longpole_store")
_projects: WeakKeyDictionary[Store, tuple[float, list[str]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class StepKey:
    """What a finding is about; empty parts stand for any."""

    service: str = ""
    agent: str = ""
    step: str = ""
    operation: str = ""
    model: str = ""


@dataclass
class Spent:
    """Queries of this process so far, and the seconds they took with waiting for a connection."""

    queries: int = 0
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one query; called on the event loop only."""
        self.queries += 1
        self.seconds += seconds


spent = Spent()


@contextmanager
def reading(store: Store) -> Iterator[None]:
    """Bind the store that `ask` reads in this context."""
    token = _store.set(store)
    try:
        yield
    finally:
        _store.reset(token)


async def ask(question: str, values: Mapping[str, object] | None = None) -> pl.DataFrame:
    """Run `sql/ui/<question>.sql` in a thread. `{project:String}` is always bound."""
    return await ask_text(load_sql(f"ui/{question}"), values)


async def ask_text(sql: str, values: Mapping[str, object] | None = None) -> pl.DataFrame:
    """Run a statement that came from files, never from user input."""
    bound = dict(values or {})
    if "project" not in bound:
        bound["project"] = await project()
    started = time.perf_counter()
    try:
        return await asyncio.to_thread(_store.get().frame, sql, bound)
    finally:
        spent.add(time.perf_counter() - started)


async def within(work: Callable[Concatenate[Store, P], T], *args: P.args, **more: P.kwargs) -> T:
    """Run a function of the store in a thread, on the store of this context."""
    return await asyncio.to_thread(work, _store.get(), *args, **more)


async def project() -> str:
    """The project that queries of this context read."""
    return projects.named() or projects.choose(await projects_with_data())


async def projects_with_data() -> list[str]:
    """Projects that have anything, by name; at most two seconds old."""
    store, now = _store.get(), time.monotonic()
    kept = _projects.get(store)
    if kept is None or now - kept[0] > PROJECTS_KEPT_S:
        found = (await ask("projects_with_data", {"project": ""}))["Project"].to_list()
        kept = (now, [name for name in found if is_project_name(name)])
        _projects[store] = kept
    return kept[1]


def forget_projects() -> None:
    """Ask again the next time, for those who just made one."""
    _projects.pop(_store.get(), None)


async def known_projects() -> list[str]:
    """Projects to choose from: those that have data, a key or settings."""
    known = await within(list_projects)
    return sorted({*(one.name for one in known), *await projects_with_data()})


async def what_is_missing() -> str | None:
    """Why the store cannot serve now, in words; None when it can."""
    try:
        rows = await ask("tables_present", {"tables": list(NEEDED), "project": DEFAULT_PROJECT})
    except StoreError as error:
        return f"the store does not answer: {error}"
    if rows["Tables"][0] < len(NEEDED):
        return "the store has no tables yet; run `longpole migrate`"
    return None


async def totals(window: Window) -> dict[str, Any]:
    """Headline numbers of a time range; one row of overview_totals.sql."""
    return (await ask("overview_totals", window.parameters)).to_dicts()[0]


async def series(window: Window, step_ns: int) -> pl.DataFrame:
    """Runs, latency and cost in steps of `step_ns`."""
    return await ask("overview_series", {**window.parameters, "step_ns": step_ns})


async def releases(window: Window) -> pl.DataFrame:
    """Releases seen in a time range."""
    return await ask("overview_releases", window.parameters)


async def newest_run() -> int | None:
    """Start of the newest run in ns, whatever the time range."""
    rows = (await ask("newest_run")).to_dicts()
    return int(rows[0]["StartNs"]) if rows else None


async def steps(
    window: Window, service: str = "", agent: str = "", limit: int = 500
) -> pl.DataFrame:
    """Steps of a time range, the largest part of the critical path first; then those of metrics."""
    chosen = {"service": service, "agent": agent, "limit": limit}
    return await ask("steps", {**window.parameters, **chosen})


async def facets(window: Window) -> dict[str, list[str]]:
    """Values of service, agent, model and release that occur, the most frequent first."""
    found: dict[str, list[str]] = {"service": [], "agent": [], "model": [], "release": []}
    for row in (await ask("traces_facets", window.parameters)).to_dicts():
        found[row["Facet"]].append(row["Value"])
    return found


async def traces_page(
    filters: Filters,
    order: Order,
    limit: int,
    offset: int = 0,
    after: Cursor | None = None,
    window: Window | None = None,
) -> pl.DataFrame:
    """One page of the traces that fit, from an offset or after a cursor."""
    place = {
        "limit": limit,
        "offset": offset,
        "after_key": after.key if after else 0,
        "after_id": after.trace_id if after else "",
    }
    values = {**parameters(filters, window), **place}
    return await ask_text(statement("traces_page", order), values)


async def traces_count(filters: Filters, window: Window) -> int:
    """How many traces fit."""
    found = await ask_text(statement("traces_count"), parameters(filters, window))
    return int(found["Traces"][0])


async def traces_summary(filters: Filters) -> dict[str, Any]:
    """Totals of the traces that fit."""
    return (await ask_text(statement("traces_summary"), parameters(filters))).to_dicts()[0]


async def traces_histogram(filters: Filters) -> pl.DataFrame:
    """Durations of the traces that fit, in log bins."""
    return await ask_text(statement("traces_histogram"), parameters(filters))


async def findings(
    state: str = "", incident: str = "", limit: int = 200, offset: int = 0
) -> list[dict[str, Any]]:
    """Incidents, open ones first."""
    chosen = {"state": state, "incident": incident, "limit": limit, "offset": offset}
    return (await ask("findings", chosen)).to_dicts()


async def notifications(incident: str) -> list[dict[str, Any]]:
    """Attempts to tell somebody about an incident."""
    return (await ask("notifications", {"incident": incident})).to_dicts()


async def ledger(everybody: bool = False) -> list[dict[str, Any]]:
    """What became of everything that was sent: rows of ingest_ledger.sql."""
    return (await ask("ingest_ledger", {"project": ""} if everybody else {})).to_dicts()


async def spools() -> list[dict[str, Any]]:
    """Every ingest process."""
    return (await ask("ingest_spools", {"project": ""})).to_dicts()


async def dead_letters(limit: int = 100) -> list[dict[str, Any]]:
    """Requests that the store refused, those still kept first; `Letters` counts all of them."""
    return (await ask("dead_letters", {"limit": limit})).to_dicts()


async def has_dead_letter(spool: str, letter: str) -> bool:
    """Whether this project has this letter and it is still kept."""
    found = await ask("dead_letter_known", {"spool": spool, "letter": letter})
    return bool(found["Letters"][0])


async def keys() -> list[ApiKey]:
    """Keys whose data goes to this project, the newest first."""
    chosen = await project()
    return [key for key in await within(list_keys) if key.project == chosen]


async def example_traces(trace_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Some traces by id."""
    rows = (await ask("example_traces", {"traces": list(trace_ids)})).to_dicts()
    return {row["TraceId"]: row for row in rows}


async def step_series(key: StepKey, from_s: int, to_s: int, step_s: int) -> pl.DataFrame:
    """One step over time."""
    span = {"from_s": from_s, "to_s": to_s, "step_s": step_s}
    return await ask("step_series", {**asdict(key), **span})
