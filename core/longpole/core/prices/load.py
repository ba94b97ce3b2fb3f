"""The price book of a server: the user's file, genai-prices, LiteLLM's file, as settings say."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from longpole.core.errors import InputError
from longpole.core.prices.book import PriceBook
from longpole.core.prices.book_file import read_book
from longpole.core.prices.genai import pinned
from longpole.core.prices.lists import PriceList
from longpole.core.prices.litellm import LitellmPrices, read_litellm
from longpole.core.prices.user import UserPrices
from longpole.core.settings import PricesSettings, Settings
from longpole.core.store.url import EmbeddedUrl, parse_url

SERVER_FOLDER = Path("data")  # beside a ClickHouse server there is no folder of the store
LOOK_EVERY_S = 5.0
log = logging.getLogger(__name__)


def litellm_path(settings: Settings) -> Path:
    """Where the LiteLLM file in use is, or would be."""
    if settings.prices.litellm_file is not None:
        return Path(settings.prices.litellm_file)
    url = parse_url(settings.store.url)
    folder = url.folder if isinstance(url, EmbeddedUrl) else SERVER_FOLDER
    return folder / "prices" / "litellm.json"


def load_prices(settings: Settings) -> PriceBook:
    """Every list there is. Raises InputError where a file cannot be used."""
    own = settings.prices.book
    lists: list[PriceList] = [] if own is None else [UserPrices(read_book(Path(own)))]
    lists.append(pinned())
    path = litellm_path(settings)
    if path.exists():
        lists.append(LitellmPrices(read_litellm(path).models))
    elif settings.prices.litellm_file is not None:
        raise InputError(
            f"prices.litellm_file {path} does not exist; `longpole prices refresh FILE` puts one "
            "there"
        )
    return PriceBook(lists, settings.prices.prefer)


class LivePrices:
    """The price book, read again when one of its files has changed.

    A file that can no longer be used is logged, and what was read before holds. Not safe for
    several threads at once.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._stamp = _stamp(settings)
        self._book = load_prices(settings)
        self._looked = clock()

    def price_calls(self, calls: pl.DataFrame) -> pl.DataFrame:
        """See PriceBook."""
        if self._clock() - self._looked >= LOOK_EVERY_S:
            self._look()
        return self._book.price_calls(calls)

    def _look(self) -> None:
        self._looked = self._clock()
        stamp = _stamp(self._settings)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._book = load_prices(self._settings)
        except InputError as error:
            log.error("changed prices cannot be used, the earlier ones hold: %s", error)
        else:
            log.info("prices were read again")


def _stamp(settings: Settings) -> list[tuple[int, int] | None]:
    return [_file_stamp(path) for path in _files(settings.prices, litellm_path(settings))]


def _files(settings: PricesSettings, litellm: Path) -> list[Path]:
    return [litellm] if settings.book is None else [litellm, Path(settings.book)]


def _file_stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
