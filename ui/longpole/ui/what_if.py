"""Reads traces and fitted speeds for what-ifs, and keeps what was made ready of the latest."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import polars as pl

from longpole.analytics.critical_path import PathOptions
from longpole.analytics.whatif import (
    Change,
    Prepared,
    SetAnswer,
    TraceAnswer,
    answer_set,
    answer_trace,
    fit_speeds,
    prepare,
)
from longpole.analytics.whatif.effects import Speeds
from longpole.core.errors import InputError
from longpole.core.prices import PriceBook, load_prices
from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.ui import instance, queries
from longpole.ui.state import NS, Window

KEPT = 8
CALLS = 500  # of each model
RECENT_NS = 7 * 86_400 * NS
DAY_NS = 86_400 * NS
SET_SPANS = 400_000
Key = tuple[str, str, int]
_kept: WeakKeyDictionary[Store, OrderedDict[Key, Ready]] = WeakKeyDictionary()
_pricing = threading.Lock()
_books: dict[str, PriceBook] = {}


@dataclass(frozen=True)
class Ready:
    """A trace made ready, its main root, and the fitted speed of each recent model."""

    prepared: Prepared
    root: str
    speeds: Speeds


@dataclass(frozen=True)
class Chosen:
    """Traces of a set: all of a time range that fit, or a sample of them."""

    window: Window
    service: str = ""
    root: str = ""
    release: str = ""
    sample: int = 1000


@dataclass(frozen=True)
class Sampled:
    """The answer over `traces` of the `fitting` ones; `days` is the time between first and last."""

    answer: SetAnswer
    fitting: int
    days: float

    @property
    def saved_usd_per_day(self) -> float | None:
        """What all fitting traces would cost less a day; None where they span under an hour."""
        if self.days < 1 / 24 or self.answer.traces == self.answer.unpriced:
            return None
        saved = self.answer.before_usd - self.answer.after_usd
        return saved * self.fitting / (self.answer.traces - self.answer.unpriced) / self.days


async def ready(head: dict[str, Any]) -> Ready:
    """What a row of `traces` stands for, made ready; the latest few are kept in memory."""
    key = (await queries.project(), str(head["TraceId"]), int(head["Version"]))
    kept = await queries.within(_kept_of)
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    start = int(head["StartNs"])
    spans, speeds = await asyncio.gather(
        queries.ask("what_if_spans", {"traces": [head["TraceId"]]}),
        recent_speeds(start - RECENT_NS, start + DAY_NS),
    )
    options = PathOptions.of(instance.current().settings)
    made = Ready(await asyncio.to_thread(prepare, spans, options), head["RootSpanId"], speeds)
    kept[key] = made
    while len(kept) > KEPT:
        kept.popitem(last=False)
    return made


def _kept_of(store: Store) -> OrderedDict[Key, Ready]:
    return _kept.setdefault(store, OrderedDict())


async def recent_speeds(from_ns: int, to_ns: int) -> Speeds:
    """How fast each model answered in a time range."""
    range_ns = {"from_ns": max(from_ns, 0), "to_ns": to_ns}
    calls = await queries.ask("what_if_calls", {**range_ns, "calls": CALLS})
    return await asyncio.to_thread(fit_speeds, calls)


async def try_on_trace(made: Ready, changes: Sequence[Change]) -> TraceAnswer:
    """Raises InputError for a model whose speed is not known."""
    settings = instance.current().settings
    return await asyncio.to_thread(_try_on_trace, made, changes, settings)


async def try_on_set(chosen: Chosen, changes: Sequence[Change]) -> Sampled:
    """Raises InputError where no trace fits or a model's speed is not known."""
    found = await queries.ask(
        "what_if_traces",
        {
            **chosen.window.parameters,
            "service": chosen.service, "root": chosen.root, "release": chosen.release,
            "limit": chosen.sample, "spans": SET_SPANS,
        },
    )  # fmt: skip
    if found.is_empty():
        raise InputError("no assembled trace fits; widen the time range or give fewer conditions")
    first, last = int(found["FirstNs"][0]), int(found["LastNs"][0])
    spans, speeds = await asyncio.gather(
        queries.ask("what_if_spans", {"traces": found["TraceId"].to_list()}),
        recent_speeds(last - RECENT_NS, last + 1),
    )
    settings = instance.current().settings
    answer = await asyncio.to_thread(_try_on_set, spans, found, changes, speeds, settings)
    return Sampled(answer, int(found["Fitting"][0]), (last - first) / DAY_NS)


def _try_on_trace(made: Ready, changes: Sequence[Change], settings: Settings) -> TraceAnswer:
    with _pricing:
        return answer_trace(made.prepared, changes, made.speeds, _prices(settings), made.root)


def _try_on_set(
    spans: pl.DataFrame,
    chosen: pl.DataFrame,
    changes: Sequence[Change],
    speeds: Speeds,
    settings: Settings,
) -> SetAnswer:
    prepared = prepare(spans, PathOptions.of(settings))
    with _pricing:  # a price book is not for several threads at once
        return answer_set(
            prepared, changes, speeds, _prices(settings), chosen["RootSpanId"].to_list()
        )


def _prices(settings: Settings) -> PriceBook:
    """The price book of these settings, read once."""
    key = repr((settings.prices, settings.store.url))
    if key not in _books:
        _books[key] = load_prices(settings)
    return _books[key]
