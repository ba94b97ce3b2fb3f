"""Prices of a LiteLLM file (`model_prices_and_context_window.json`): undated, with service tiers.

A key is `<unit>[_above_<N>k_tokens][_<tier>]`; values are US dollars for one
token. Entries whose prices are all zero are left out: there zero also stands for not known.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from longpole.core.errors import InputError
from longpole.core.prices.names import LITELLM_NAMES, SELF_HOSTED, STANDARD
from longpole.core.prices.rows import price_frame
from longpole.core.prices.units import UNITS

MAX_BYTES = 64 << 20
DEAREST = 1_000.0  # US dollars for one token or request; more is a mistake of the unit
EXAMPLE = "sample_spec"
TIER_WORDS = {
    "batches": "batch",
    **{name: name for name in ("flex", "priority", "fast", "ultrafast", "balanced")},
}
_TIERS = "|".join(TIER_WORDS)
_NAMES = "|".join(sorted((unit.litellm for unit in UNITS), key=len, reverse=True))
KEY = re.compile(
    rf"(?P<unit>{_NAMES})(?:_(?P<tier>{_TIERS}))?"
    rf"(?:_above_(?P<thousand>\d{{1,6}})k_tokens)?(?:_(?P<late>{_TIERS}))?"
)
COLUMNS = {unit.litellm: unit.column for unit in UNITS}


@dataclass(frozen=True, order=True)
class Place:
    """Where a price of a model holds: which unit, at which tier, beyond how many input tokens."""

    column: str
    tier: str
    over: int


@dataclass(frozen=True)
class ListedModel:
    """A model of the file and its prices."""

    provider: str
    prices: dict[Place, float]


@dataclass(frozen=True)
class LitellmFile:
    """What a file says: models by key, and what was left out, in words."""

    models: dict[str, ListedModel]
    left_out: list[str]


def read_litellm(path: Path) -> LitellmFile:
    """Read and check a file. Raises InputError where it is not such a file at all."""
    try:
        size = path.stat().st_size
        body = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        raise InputError(
            f"the price file {path} cannot be read: {error.strerror}; name another"
        ) from None
    if size > MAX_BYTES:
        raise InputError(f"the price file {path} has {size:,} bytes; more than {MAX_BYTES:,}")
    return parse_litellm(body, str(path))


def parse_litellm(body: bytes, name: str) -> LitellmFile:
    """The content of a file; `name` is for messages. A bad entry is left out, with the reason."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError(f"the price file {name} is not JSON: {error}; get it anew") from None
    if not isinstance(content, dict):
        raise InputError(
            f"the price file {name} is a JSON {type(content).__name__}, not an object of models; "
            "give LiteLLM's model_prices_and_context_window.json"
        )
    models: dict[str, ListedModel] = {}
    left_out: list[str] = []
    for key, entry in content.items():
        try:
            model = None if key == EXAMPLE else _model(key, entry)
        except InputError as error:
            left_out.append(str(error))
            continue
        if model is not None:
            models[key] = model
    if not models:
        raise InputError(
            f"the price file {name} has no model with a price a token"
            + (f" ({left_out[0]})" if left_out else "")
            + "; give LiteLLM's model_prices_and_context_window.json"
        )
    return LitellmFile(models, left_out)


def _model(key: str, entry: object) -> ListedModel | None:
    if not isinstance(entry, dict):
        raise InputError(f"{key}: {str(entry)[:80]!r} is not an object")
    prices: dict[Place, float] = {}
    for name, value in entry.items():
        found = KEY.fullmatch(name)
        if found and value is not None:
            prices[_place(found)] = _checked(key, name, value)
    if not any(prices.values()):
        return None
    return ListedModel(str(entry.get("litellm_provider") or "").lower(), prices)


def _place(found: re.Match[str]) -> Place:
    over = int(found["thousand"]) * 1_000 if found["thousand"] else -1
    tier = TIER_WORDS.get(found["tier"] or found["late"] or "", STANDARD)
    return Place(COLUMNS[found["unit"]], tier, over)


def _checked(key: str, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{key}: {name} is {str(value)[:80]!r}, not a number")
    if not math.isfinite(value) or not 0 <= value <= DEAREST:
        raise InputError(f"{key}: {name} is {value}, not a price from 0 to {DEAREST:,.0f} USD")
    return float(value)


class LitellmPrices:
    """A PriceList (see `lists`)."""

    source = "litellm"

    def __init__(self, models: Mapping[str, ListedModel]) -> None:
        keys = [(name, tier) for name, model in models.items() for tier in _tiers(model)]
        self._ids = {(name.lower(), tier): number for number, (name, tier) in enumerate(keys)}
        self.rows = price_frame(
            {"PriceId": number, "Model": name, "Tier": tier, "Position": 0, **row}
            for number, (name, tier) in enumerate(keys)
            for row in _rows(models[name], tier)
        )
        self._by_name: dict[str, list[tuple[str, str]]] = {}
        for name, model in models.items():
            bare = _bare(name.lower(), model.provider)
            self._by_name.setdefault(bare, []).append((model.provider, name.lower()))

    def find(self, provider: str, model: str, tier: str) -> Sequence[int]:
        """The model of this provider, else the entry that is named just so."""
        if not model or provider in SELF_HOSTED:
            return ()
        number = self._ids.get((self._name(provider, model.lower()), tier))
        return () if number is None else (number,)

    def _name(self, provider: str, model: str) -> str:
        served = self._by_name.get(model, [])
        for prefix in LITELLM_NAMES.get(provider, (provider,)):
            for seller, name in served:
                if prefix and seller.startswith(prefix):
                    return name
        return model


def _bare(name: str, provider: str) -> str:
    """The model's name without the provider in front."""
    first, slash, rest = name.partition("/")
    return rest if slash and provider.startswith(first) else name


def _tiers(model: ListedModel) -> list[str]:
    return sorted({STANDARD, *(place.tier for place in model.prices)})


def _rows(model: ListedModel, tier: str) -> Iterator[dict[str, object]]:
    """One set of prices for each prompt size; a tier changes what it names."""
    for over in sorted({-1, *(place.over for place in model.prices)}):
        chosen: dict[str, object] = {}
        for wanted in (STANDARD, tier):
            reached = (place for place in model.prices if place.tier == wanted)
            for place in sorted(reached, key=lambda one: one.over):
                if place.over <= over:
                    chosen[place.column] = model.prices[place]
        yield {"OverTokens": over, **chosen}
