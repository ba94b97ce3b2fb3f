"""The URL is the state: query string <-> dataclass, both directions in one place."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlencode

from longpole.ui import projects

NS = 1_000_000_000
DEFAULT_SINCE = "24h"
SPANS_S: dict[str, int | None] = {"1h": 3_600, "24h": 86_400, "7d": 7 * 86_400, "all": None}
STATUSES = ("ok", "error")
EARLIEST_NS = 0
LATEST_NS = 2**32 * NS  # no span that starts later is stored


@dataclass(frozen=True)
class Window:
    """A half-open time range in ns since 1970."""

    start_ns: int
    end_ns: int

    @property
    def previous(self) -> Window:
        """The range of the same length just before."""
        length = self.end_ns - self.start_ns
        return Window(max(self.start_ns - length, EARLIEST_NS), self.start_ns)

    @property
    def parameters(self) -> dict[str, int]:
        """Bound parameters `{from_ns:Int64}` and `{to_ns:Int64}`."""
        return {"from_ns": self.start_ns, "to_ns": self.end_ns}


@dataclass(frozen=True)
class Filters:
    """What the Traces page and `/api/v1/traces` select by. Empty text and None: any."""

    since: str = DEFAULT_SINCE
    q: str = ""
    service: str = ""
    agent: str = ""
    release: str = ""
    model: str = ""
    step: str = ""
    environment: str = ""
    root_name: str = ""
    variant: str = ""
    session: str = ""
    user: str = ""
    status: str = ""
    min_ms: float | None = None
    max_ms: float | None = None
    min_usd: float | None = None

    @property
    def window(self) -> Window:
        """The time range, from now backwards."""
        return window(self.since)


def window(since: str, now_ns: int | None = None) -> Window:
    """The range that `1h`, `24h`, `7d` or `all` names."""
    now = time.time_ns() if now_ns is None else now_ns
    length = SPANS_S.get(since, SPANS_S[DEFAULT_SINCE])
    if length is None:
        return Window(EARLIEST_NS, LATEST_NS)
    # A clock that runs ahead of ours by less than a minute must not hide the newest runs.
    return Window(now - length * NS, now + 60 * NS)


def parse(query: Mapping[str, object]) -> Filters:
    """Read a query string's parameters; what cannot be understood counts as not given."""
    known: dict[str, object] = {}
    for field in fields(Filters):
        value = query.get(field.name)
        if isinstance(value, list):
            value = value[0]
        if value in (None, ""):
            continue
        if field.name in {"min_ms", "max_ms", "min_usd"}:
            known[field.name] = _number(str(value))
        else:
            known[field.name] = str(value)[:500]
    if known.get("since") not in SPANS_S:
        known.pop("since", None)
    if known.get("status") not in STATUSES:
        known.pop("status", None)
    return Filters(**known)  # type: ignore[arg-type]


def as_query(filters: Filters) -> str:
    """The query string that `parse` reads back, without defaults: `?since=7d&q=...` or empty.

    The project that is bound comes along.
    """
    default = asdict(Filters())
    given = {k: v for k, v in asdict(filters).items() if v != default[k] and v is not None}
    return _text({**projects.as_query(), **given})


def link(path: str, filters: Filters) -> str:
    """An address inside the app that restores the given state."""
    return path + as_query(filters)


def address(path: str, **query: str) -> str:
    """An address inside the app, with the project that is bound."""
    return path + _text({**projects.as_query(), **query})


def _text(query: Mapping[str, object]) -> str:
    return f"?{urlencode(query)}" if query else ""


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e15 else None
