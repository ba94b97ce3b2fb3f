"""Which traces a question is about: query string <-> dataclass, as `longpole.ui.state` does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlencode

from longpole.core.errors import InputError
from longpole.ui import state
from longpole.ui.state import DEFAULT_SINCE, SPANS_S, Window

BAND = re.compile(r"p(\d{1,3}(?:\.\d{1,3})?)-p(\d{1,3}(?:\.\d{1,3})?)")
MIDDLE, TAIL = "p40-p60", "p95-p99"
LONGEST = 500


@dataclass(frozen=True)
class Band:
    """Traces whose root took at least `low` percent of its operation's, and less than `high`."""

    low: float = 0.0
    high: float = 100.0

    @property
    def name(self) -> str:
        """`p95-p99`, as `parse_band` reads it."""
        return f"p{self.low:g}-p{self.high:g}"


BANDS = tuple(
    Band(low, high)
    for low, high in ((0, 20), (20, 40), (40, 60), (60, 80), (80, 95), (95, 99), (99, 100))
)


@dataclass(frozen=True)
class Selection:
    """A set of traces. Empty text and None: any.

    `root_name` is the operation of the root, `variant` the hash of a path's signature, `band` such
    as `p95-p99`. `agent` and `step` select traces that have them on their path. `from_ns` and
    `to_ns`, given together, go before `since`.
    """

    since: str = DEFAULT_SINCE
    from_ns: int | None = None
    to_ns: int | None = None
    root_name: str = ""
    service: str = ""
    environment: str = ""
    release: str = ""
    workflow: str = ""
    agent: str = ""
    step: str = ""
    variant: str = ""
    band: str = ""

    @property
    def window(self) -> Window:
        """The time range; one by name ends now."""
        if self.from_ns is not None and self.to_ns is not None:
            return Window(self.from_ns, self.to_ns)
        return state.window(self.since)

    @property
    def percentiles(self) -> Band:
        """The band as numbers; everything when none is given. Raises InputError."""
        return parse_band(self.band) if self.band else Band()

    @property
    def parameters(self) -> dict[str, object]:
        """Bound parameters of `sql/ui/path_where.sql` and of the band. Raises InputError."""
        texts = {name: getattr(self, name) for name in TEXTS}
        band = self.percentiles
        return {**self.window.parameters, **texts, "low": band.low / 100, "high": band.high / 100}


TEXTS = (
    "root_name", "service", "environment", "release", "workflow", "agent", "step", "variant",
)  # fmt: skip


def parse_band(text: str) -> Band:
    """Read `p95-p99`. Raises InputError."""
    found = BAND.fullmatch(text.strip().lower())
    if found:
        low, high = (float(number) for number in found.groups())
        if low < high <= 100:
            return Band(low, high)
    raise InputError(
        f"band {text[:40]!r} is none; write two percentiles, the lower one first, such as p95-p99"
    )


def parse(query: Mapping[str, object], prefix: str = "") -> Selection:
    """Read a query string's parameters; what cannot be understood counts as not given.

    `prefix` tells the parameters of a second selection, such as `b_release`.
    """
    known: dict[str, object] = {}
    for field in fields(Selection):
        value = query.get(prefix + field.name)
        if isinstance(value, list):
            value = value[0] if value else None
        if value in (None, ""):
            continue
        known[field.name] = _read(field.name, str(value))
    return Selection(**{name: value for name, value in known.items() if value is not None})  # type: ignore[arg-type]


def as_query(selection: Selection, prefix: str = "") -> dict[str, str]:
    """The parameters that `parse` reads back, without defaults."""
    default = asdict(Selection())
    return {
        prefix + name: str(value)
        for name, value in asdict(selection).items()
        if value is not None and value != default[name]
    }


def address(path: str, selection: Selection, other: Selection | None = None) -> str:
    """An address inside the app that restores one selection, or two to compare (`b_`)."""
    query = {**as_query(selection), **(as_query(other, "b_") if other else {})}
    return state.address(path, **query) if query else state.address(path)


def as_text(selection: Selection) -> str:
    """The query string alone, without `?`."""
    return urlencode(as_query(selection))


def _read(name: str, text: str) -> object:
    if name in ("from_ns", "to_ns"):
        return int(text) if text.isdecimal() and len(text) < 20 and int(text) < 2**63 else None
    if name == "since":
        return text if text in SPANS_S else None
    if name == "band":
        try:
            return parse_band(text).name
        except InputError:
            return None
    return text[:LONGEST]
