"""The one builder of search statements: fixed texts from files, user input only as parameters."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from string import Template

from longpole.core.errors import InputError
from longpole.core.store import load_sql
from longpole.ui.state import Filters, Window

# Every order is by an integer, so that a cursor is exact; unknown values come last when largest
# values come first.
SORTS = {
    "start": "toUnixTimestamp64Nano(Start)",
    "duration": "toInt64(traces.DurationNs)",
    "cost": "toInt64(ifNull(toFloat64(traces.CostUsd), -1) * 1e9)",
    "ttft": "toInt64(ifNull(TtftS, -1) * 1e9)",
    "tokens": "toInt64(traces.InputTokens + traces.OutputTokens)",
    "spans": "toInt64(Spans)",
    "errors": "toInt64(ErrorSpans)",
}


@dataclass(frozen=True)
class Order:
    """A sort order: a name of SORTS and a direction."""

    by: str = "start"
    descending: bool = True


@dataclass(frozen=True)
class Cursor:
    """The last row of a page, and the project it is of."""

    key: int
    trace_id: str
    project: str

    def encode(self) -> str:
        """Opaque text for a URL."""
        return base64.urlsafe_b64encode(
            json.dumps([self.key, self.trace_id, self.project]).encode()
        ).decode()


def parse_order(text: str) -> Order:
    """Read `duration` (smallest first) or `-duration`. Raises InputError."""
    by = text.removeprefix("-")
    if by not in SORTS:
        raise InputError(f"sort {text[:80]!r} is not known; use one of {', '.join(SORTS)}")
    return Order(by, descending=text.startswith("-"))


def parse_cursor(text: str) -> Cursor:
    """Read what `Cursor.encode` wrote. Raises InputError."""
    try:
        key, trace_id, project = json.loads(base64.urlsafe_b64decode(text.encode()))
        if type(key) is int and -(2**63) <= key < 2**63:
            return Cursor(key, str(trace_id), str(project))
    except (ValueError, TypeError, binascii.Error):
        pass
    raise InputError(f"cursor {text[:80]!r} is not one of ours; start again without it")


def statement(question: str, order: Order | None = None) -> str:
    """The text of a search: `traces_page`, `_count`, `_summary` or `_histogram`."""
    order = order or Order()
    return Template(load_sql(f"ui/{question}")).substitute(
        matching=load_sql("ui/traces_where"),
        sort=SORTS[order.by],
        direction="DESC" if order.descending else "ASC",
        beyond="<" if order.descending else ">",
    )


def parameters(filters: Filters, window: Window | None = None) -> dict[str, object]:
    """The bound parameters of the shared condition; a window given goes before the filters' own."""
    return {
        **(window or filters.window).parameters,
        "q": filters.q,
        "service": filters.service,
        "agent": filters.agent,
        "release": filters.release,
        "model": filters.model,
        "step": filters.step,
        "environment": filters.environment,
        "root_name": filters.root_name,
        "variant": filters.variant,
        "session": filters.session,
        "user": filters.user,
        "status": filters.status,
        "min_ns": _ns(filters.min_ms),
        "max_ns": _ns(filters.max_ms),
        "min_usd": -1.0 if filters.min_usd is None else filters.min_usd,
    }


def _ns(ms: float | None) -> int:
    return -1 if ms is None else min(round(ms * 1e6), 2**63 - 1)
