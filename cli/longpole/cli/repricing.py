"""Has history priced anew: here, or by the process that has the store open or runs the jobs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import httpx

from longpole.analytics.jobs.reprice import RepriceJob
from longpole.cli.running_api import ask, running_api
from longpole.core.errors import StoreLockedError
from longpole.core.prices.repricing import Repricing, find_repricing, request_repricing
from longpole.core.schema import upgrade
from longpole.core.settings import Settings
from longpole.core.store import Store

LOOK_EVERY_S = 0.5


class Repricer(Protocol):
    """What all ways can do; each call raises LongpoleError with one line."""

    def request(self, since: str, project: str) -> Repricing:
        """Ask for it."""
        ...

    def next(self, asked: Repricing) -> Repricing:
        """The request a little later."""
        ...


@contextmanager
def open_repricer(settings: Settings) -> Iterator[Repricer]:
    """The embedded store if it is free, else the process that has it; or the server's jobs."""
    try:
        store = Store(settings.store)
    except StoreLockedError as locked:
        with running_api(settings.store, locked) as client:
            yield OverApi(client)
        return
    try:
        upgrade(store, settings.normalize, replace_views=False)
        yield Here(store, settings) if store.embedded else ByJobs(store)
    finally:
        store.close()


class ByJobs:
    """On a ClickHouse server: a process that runs the jobs does it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def request(self, since: str, project: str) -> Repricing:
        """See Repricer."""
        return request_repricing(self._store, since, project)

    def next(self, asked: Repricing) -> Repricing:
        """See Repricer."""
        time.sleep(LOOK_EVERY_S)
        return find_repricing(self._store, asked.id)


class Here(ByJobs):
    """In the embedded store, which nobody else has open."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store)
        self._job = RepriceJob(store, settings)

    def next(self, asked: Repricing) -> Repricing:
        """See Repricer. Works on older open requests first."""
        self._job.run()
        return find_repricing(self._store, asked.id)


class OverApi:
    """Through the API of a running process."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def request(self, since: str, project: str) -> Repricing:
        """See Repricer."""
        return _read(ask(self._client, "POST", "/reprice", {"since": since, "project": project}))

    def next(self, asked: Repricing) -> Repricing:
        """See Repricer."""
        time.sleep(LOOK_EVERY_S)
        return _read(ask(self._client, "GET", f"/reprice/{asked.id}"))


def _read(row: dict[str, object]) -> Repricing:
    known = Repricing.__dataclass_fields__.keys() & row.keys()
    return Repricing(**{name: row[name] for name in known})  # type: ignore[arg-type]
