"""Requests to price history anew: who asks and who does it may be different processes."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime

import polars as pl

from longpole.core.access import project_name
from longpole.core.errors import InputError
from longpole.core.store import Store, load_sql

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
OPEN = (WAITING, RUNNING)
COLUMNS = {"id": "RepricingId"}


@dataclass(frozen=True)
class Repricing:
    """A request and how far it has got. `project` empty: all; times are ns since 1970.

    `old_usd` and `new_usd` are what the changed spans cost before and now.
    """

    id: str
    project: str
    since_ns: int
    state: str = WAITING
    day: str = ""
    after_project: str = ""
    after_ns: int = 0
    after_trace: str = ""
    traces: int = 0
    changed_spans: int = 0
    old_usd: float = 0.0
    new_usd: float = 0.0
    failure: str = ""
    requested_ns: int = 0
    updated_ns: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is still something to do."""
        return self.state in OPEN


def request_repricing(store: Store, since: str, project: str = "") -> Repricing:
    """Ask for traces that start at `since` or later to be priced anew.

    `since` is a day or a moment as in ISO 8601, UTC where it names no zone. A request that is
    still open and asks for the same is given back instead. Raises InputError.
    """
    since_ns = moment_ns(since)
    wanted = project_name(project) if project else ""
    for known in list_repricings(store):
        if known.is_open and (known.project, known.since_ns) == (wanted, since_ns):
            return known
    made = Repricing(
        id=secrets.token_hex(8), project=wanted, since_ns=since_ns, requested_ns=time.time_ns()
    )
    return save_repricing(store, made)


def list_repricings(store: Store) -> list[Repricing]:
    """The newest 100 requests, the newest first."""
    return [Repricing(**row) for row in store.rows(load_sql("prices/repricings"))]


def find_repricing(store: Store, wanted: str) -> Repricing:
    """One request. Raises InputError."""
    for known in list_repricings(store):
        if known.id == wanted:
            return known
    raise InputError(f"there is no repricing {wanted[:80]!r}; GET /api/v1/admin/reprice lists them")


def save_repricing(store: Store, repricing: Repricing) -> Repricing:
    """Keep a request as it is now."""
    now = time.time_ns()
    saved = replace(repricing, updated_ns=now)
    values = {COLUMNS.get(name, _column(name)): value for name, value in asdict(saved).items()}
    kinds = {"Traces": pl.UInt64, "ChangedSpans": pl.UInt64, "Version": pl.UInt64}
    row = {**values, "Version": now}
    store.insert("cost_repricings", pl.DataFrame([row], schema_overrides=kinds))
    return saved


def moment_ns(text: str) -> int:
    """A day or moment of ISO 8601 in ns since 1970. Raises InputError."""
    try:
        if len(text) == len("2026-11-24"):
            day = date.fromisoformat(text)
            when = datetime(day.year, day.month, day.day, tzinfo=UTC)
        else:
            when = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{text[:80]!r} is not a day or moment; give one as 2026-11-24 or 2026-11-24T09:30"
        ) from None
    zoned = when if when.tzinfo else when.replace(tzinfo=UTC)
    if not 1970 <= zoned.year < 2200:
        raise InputError(f"{text[:80]!r} is not a time spans can have; give one from 1970 on")
    return int(zoned.timestamp()) * 1_000_000_000


def _column(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
