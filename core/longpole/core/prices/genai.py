"""The price list of genai-prices as flat rows: dates, hours, prompt sizes, service tiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from itertools import combinations

from genai_prices.data_snapshot import DataSnapshot
from genai_prices.types import (
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    PriceVariant,
    Provider,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)

from longpole.core.prices.names import GENAI_NAMES, SELF_HOSTED, STANDARD, TIERS
from longpole.core.prices.rows import price_frame
from longpole.core.prices.units import UNITS

# The context of a request at each tier, in the words of the list.
CONTEXTS: dict[str, dict[str, str]] = {
    "batch": {"processing": "batch"},
    "flex": {"service_tier": "flex"},
    "priority": {"service_tier": "priority"},
    "fast": {"service_tier": "fast", "speed": "fast"},
}
Constraint = StartDateConstraint | TimeOfDateConstraint | None
Price = Decimal | TieredPrices | None
Row = dict[str, object]
# What find() forgets at: names come from outside, and the matcher remembers each.
REMEMBERED_NAMES = 50_000


class GenaiPrices:
    """A PriceList (see `lists`)."""

    def __init__(self, providers: list[Provider], source: str) -> None:
        self.source = source
        self._providers = providers
        models = [model for provider in providers for model in provider.models]
        keys = [(id(model), tier) for model in models for tier in _tiers_of(model)]
        self._ids = {key: number for number, key in enumerate(keys)}
        self.rows = price_frame(
            {"PriceId": self._ids[id(model), tier], "Model": model.id, "Tier": tier, **row}
            for model in models
            for tier in _tiers_of(model)
            for row in model_rows(model, tier)
        )
        self._matcher = DataSnapshot(providers, from_auto_update=False)
        self._asked = 0

    def find(self, provider: str, model: str, tier: str) -> Sequence[int]:
        """The model of this provider, else of any by its name alone."""
        if not model or provider in SELF_HOSTED:
            return ()
        found = self._find(model, GENAI_NAMES.get(provider, provider) or None)
        found = found or self._find(model, None)
        number = self._ids.get((id(found), tier))
        return () if number is None else (number,)

    def _find(self, model: str, provider: str | None) -> ModelInfo | None:
        self._asked += 1
        if self._asked % REMEMBERED_NAMES == 0:
            self._matcher = DataSnapshot(self._providers, from_auto_update=False)
        try:
            return self._matcher.find_provider_model(model, None, provider, None)[1]
        except LookupError:
            return None


@cache
def pinned() -> GenaiPrices:
    """The list of the installed genai-prices, compiled once."""
    from genai_prices.data import providers  # large: only when prices are needed

    return GenaiPrices(providers, f"genai-prices {version('genai-prices')}")


def model_rows(model: ModelInfo, tier: str) -> Iterator[Row]:
    """The rows of a model at a tier: its entries, each with every set of variants that may hold.

    At a special tier only what is listed for it: without a variant that holds there is no row.
    """
    variants = _variants(model, tier)
    position = 0
    for number, entry in enumerate(_entries(model)):
        for chosen in _subsets(variants) if tier != STANDARD else [()]:
            # When no entry fits, genai-prices uses the first, so the first has no limits here.
            own: list[Constraint] = [entry.constraint] if number else []
            limits = _limits([*own, *(variant.constraint for variant in chosen)])
            for prices in _by_prompt_size(_overlaid(entry.prices, chosen)):
                yield {"Position": position, **limits, **prices}
            position += 1


def _entries(model: ModelInfo) -> list[ConditionalPrice]:
    if isinstance(model.prices, ModelPrice):
        return [ConditionalPrice(prices=model.prices)]
    return model.prices


def _tiers_of(model: ModelInfo) -> list[str]:
    return [STANDARD, *(tier for tier in TIERS if _variants(model, tier))]


def _variants(model: ModelInfo, tier: str) -> list[PriceVariant]:
    context = CONTEXTS.get(tier, {})
    return [
        variant
        for variant in model.price_variants or ()
        if variant.when.items() <= context.items() and _names_a_unit(variant.prices)
    ]


def _subsets(variants: Sequence[PriceVariant]) -> Iterator[tuple[PriceVariant, ...]]:
    """Larger sets later: when all of a set hold, it comes before its parts."""
    for size in range(1, len(variants) + 1):
        yield from combinations(variants, size)


def _names_a_unit(prices: ModelPrice) -> bool:
    return any(getattr(prices, unit.genai) is not None for unit in UNITS)


def _overlaid(prices: ModelPrice, variants: Iterable[PriceVariant]) -> dict[str, Price]:
    """Prices of an entry; of variants that name one, the first."""
    made: dict[str, Price] = {unit.genai: getattr(prices, unit.genai) for unit in UNITS}
    for variant in reversed(list(variants)):
        named = {key: price for key, price in vars(variant.prices).items() if price is not None}
        made.update({key: price for key, price in named.items() if key in made})
    return made


def _limits(constraints: Iterable[Constraint]) -> Row:
    dates: list[date] = []
    hours: list[tuple[time, time]] = []
    for one in constraints:
        if isinstance(one, StartDateConstraint):
            dates.append(one.start_date)
        elif isinstance(one, TimeOfDateConstraint):
            hours.append((_utc(one.start_time), _utc(one.end_time)))
    if len(set(hours)) > 1:
        raise NotImplementedError("a price that holds in two spans of hours at once")
    begin, end = hours[0] if hours else (None, None)
    return {"FromDate": max(dates, default=None), "FromTime": begin, "ToTime": end}


def _utc(moment: time) -> time:
    if moment.tzinfo is None:
        return moment
    return datetime.combine(datetime(1970, 1, 2), moment).astimezone(UTC).time()


def _by_prompt_size(prices: Mapping[str, Price]) -> Iterator[Row]:
    """One set of prices for each prompt size from which another holds."""
    starts = {
        tier.start
        for price in prices.values()
        if isinstance(price, TieredPrices)
        for tier in price.tiers
    }
    for over in sorted({-1, *starts}):
        by_column = {unit.column: _price(prices[unit.genai], over, unit.per) for unit in UNITS}
        yield {"OverTokens": over, **by_column}


def _price(price: Price, over: int, per: int) -> float | None:
    if isinstance(price, TieredPrices):
        reached = [tier.price for tier in price.tiers if tier.start <= over]
        price = reached[-1] if reached else price.base
    return None if price is None else float(price / per)
